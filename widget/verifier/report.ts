/** What a verification found, under the names that `placet verify --json` uses. */

export type CheckName =
  | "files"
  | "key"
  | "checkpoint"
  | "root"
  | "older"
  | "witness"
  | "log"
  | "coverage"
  | "signatures"
  | "contents"
  | "citations"
  | "keys"
  | "times";

export interface Failure {
  check: CheckName;
  message: string;
  file: string | null;
  index: number | null;
}

const KEPT_FAILURES = 1000;

/** Failures as they are found. The first thousand are kept, all are counted. */
export class Findings {
  readonly failures: Failure[] = [];
  readonly failed = new Set<CheckName>();
  count = 0;

  fail = (check: CheckName, message: string, file: string | null = null, index: number | null = null): void => {
    this.count++;
    this.failed.add(check);
    if (this.failures.length < KEPT_FAILURES) this.failures.push({ check, message, file, index });
  };
}

export interface Removal {
  index: number;
  ranges: [number, number][];
  count: number;
  reason: string;
  by: string;
  rule: string | null;
  at: string;
}

export interface Report {
  ok: boolean;
  verdict: string;
  first: string;
  outside: { size: number; by: string; at: string | null } | null;
  subject: string;
  failures: Failure[];
  failure_count: number;
  proven: string[];
  not_proven: string[];
  counts: { receipts: number; statements: number; removed: number; left_out: number };
  statements: { [kind: string]: number };
  removals: Removal[];
  handed: { size: number; kind: string; to: string; at: string }[];
}

/** Repeats something of a bundle: short, and without characters that no reader sees. */
export const said = (value: unknown): string => {
  const text = typeof value === "string" ? `'${value}'` : String(JSON.stringify(value));
  const seen = text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
  return seen.length > 80 ? `${seen.slice(0, 80)}…` : seen;
};

/** `1 receipt`, `2 receipts`, `2 entries`. */
export const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/y$/, "ie")}s`;
