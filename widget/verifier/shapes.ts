/** What a receipt, a statement, the manifest and a line of checkpoints.jsonl must look like: docs/receipts.md. */

import { isObject } from "./json";

type Check = (value: unknown) => boolean;
type Shape = { [field: string]: Check };

/** Names the first field that is missing, too many or wrong; null when all are as they must be. `may` can be absent. */
export function problemOf(value: unknown, shape: Shape, may: Shape = {}): string | null {
  if (!isObject(value)) return "payload";
  const all = new Map(Object.entries({ ...shape, ...may }));
  const odd = [...Object.keys(value), ...Object.keys(shape)].filter(
    (name) => !all.has(name) || !Object.hasOwn(value, name),
  );
  if (odd.length) return odd.sort()[0]!;
  return [...all].find(([name, check]) => Object.hasOwn(value, name) && !check(value[name]))?.[0] ?? null;
}

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const object =
  (shape: Shape, may?: Shape): Check =>
  (value) =>
    problemOf(value, shape, may) === null;
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const values =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);

const text: Check = (value) => typeof value === "string" && value !== "";
const bool: Check = (value) => typeof value === "boolean";
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const whole: Check = (value) => Number.isSafeInteger(value);
const any: Check = () => true;
const hash = matches(/^[0-9a-f]{64}$/);
const bits128 = matches(/^[\w-]{22}$/);
const uuid7 = matches(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const looksLikeTime = /^(?!0000)\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const time: Check = (value) => {
  if (typeof value !== "string" || !looksLikeTime.test(value)) return false;
  // Only the last days of a month need a calendar.
  if (value[8]! < "2" || value.slice(8, 10) < "29") return value.slice(8, 10) !== "00";
  const date = new Date(value);
  return !Number.isNaN(+date) && date.toISOString() === value;
};
const one = oneOf(1);
const yesNo = values(bool);

const RECEIPT: Shape = {
  v: one,
  id: uuid7,
  site: text,
  nonce: bits128,
  subject: bits128,
  previous: orNull(uuid7),
  event: oneOf("given", "refused", "changed", "withdrawn", "renewed"),
  method: text,
  trusted: bool,
  choices: (value) => yesNo(value) && (value as { necessary?: unknown }).necessary !== false,
  trackers: yesNo,
  config: object({ version: count, sha256: hash }),
  notice: object({ lang: text, sha256: hash }),
  widget: orNull(object({ version: text, sha256: hash })),
  regime: text,
  jurisdiction: object({ country: orNull(text), region: orNull(text), source: text }),
  gpc: object({ browser: orNull(bool), header: bool, effect: oneOf("no", "honour", "legal_optout") }),
  layer: orNull(count),
  layout: orNull(text),
  viewport: orNull(text),
  scheme: orNull(text),
  equality: orNull(bool),
  shown_at: time,
  decided_at: time,
  received_at: time,
  expires_at: time,
  clock: oneOf("plausible", "implausible"),
  attested: bool,
};

/** Only in a receipt of what another tool had kept. */
const TAKEN_OVER: Shape = {
  taken_over: object({ from: text, decided_at: orNull(time), value: orNull((value) => typeof value === "string") }),
};

export interface Receipt {
  id: string;
  site: string;
  config: { version: number; sha256: string };
  notice: { lang: string; sha256: string };
  widget: { version: string; sha256: string } | null;
  regime: string;
  gpc: { browser: boolean | null };
  layer: number | null;
  layout: string | null;
  viewport: string | null;
  scheme: string | null;
  method: string;
  trusted: boolean;
  taken_over?: object;
  received_at: string;
  expires_at: string;
}

export const receiptProblem = (value: unknown): string | null =>
  problemOf(value, RECEIPT, TAKEN_OVER) ?? contradiction(value as Receipt);

function contradiction({ taken_over, method, trusted, expires_at, received_at }: Receipt): string | null {
  // What was taken over from another tool would pass for a click.
  if (taken_over && (method !== "takeover" || trusted)) return "taken_over";
  return expires_at > received_at ? null : "expires_at";
}

const STATEMENT: Shape = {
  v: one,
  id: uuid7,
  site: text,
  kind: matches(/^[a-z]+(-[a-z]+)*$/),
  at: time,
  data: isObject,
};

export interface Slice {
  regime: string;
  lang: string;
  notice: string;
  loader: string;
}
export interface Build {
  version: string;
  sha256: string;
  parts: { [name: string]: string };
}
export type Ranges = [number, number][];

export interface Statement {
  id: string;
  site: string;
  kind: string;
  at: string;
  data: {
    [name: string]: unknown;
    version?: number;
    sha256?: string;
    slices?: Slice[];
    ranges?: Ranges;
    builds?: Build[];
    use?: string;
    kid?: string;
    vkey?: string;
    jwk?: { kid: string };
    pictures?: { sha256: string }[];
    size?: number;
  };
}

const ranges: Check = (value) => {
  let end = -1;
  const ascends = (range: unknown) => {
    if (!Array.isArray(range) || range.length !== 2 || !range.every(count) || range[0] <= end) return false;
    end = range[1];
    return range[0] <= end;
  };
  return Array.isArray(value) && value.length > 0 && value.every(ascends);
};
const removed: Check = (data) =>
  problemOf(data, { ranges, count, reason: text, by: oneOf("subject", "operator") }, { rule: text }) === null &&
  (data as { ranges: Ranges }).ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0) ===
    (data as { count: number }).count;

/** What a statement must have at least, by kind; it may say more. */
const has =
  (shape: Shape, may: Shape = {}): Check =>
  (data) =>
    isObject(data) &&
    Object.entries(shape).every(([name, check]) => check(data[name])) &&
    Object.entries(may).every(([name, check]) => !Object.hasOwn(data, name) || check(data[name]));

const slice = object({ regime: text, lang: text, notice: hash, loader: hash });
const receiptKey = object({ kty: text, crv: text, x: text, kid: text, alg: text, use: text });
const DATA = new Map<string, Check>([
  ["config-published", has({ version: count, sha256: hash }, { slices: list(slice) })],
  ["receipts-removed", removed],
  ["widget-released", has({ builds: list(object({ version: text, sha256: hash, parts: values(hash) })) })],
  [
    "key-added",
    (data) => has({ use: oneOf("receipt"), jwk: receiptKey })(data) || has({ use: oneOf("log"), vkey: text })(data),
  ],
  [
    "key-retired",
    (data) => has({ use: oneOf("receipt"), kid: text })(data) || has({ use: oneOf("log"), vkey: text })(data),
  ],
  ["banner-pictured", has({ version: count, pictures: list(has({ sha256: hash })) })],
  ["site-checked", has({ url: text, pages: count, report: hash })],
  ["log-restored", has({ size: count, checkpoint: text, reason: text })],
]);

export function statementProblem(value: unknown): string | null {
  const problem = problemOf(value, STATEMENT);
  if (problem !== null) return problem;
  const { kind, data } = value as Statement;
  return (DATA.get(kind) ?? any)(data) ? null : "data";
}

export interface Manifest {
  site: string;
  origin: string;
  size: number;
  root: string;
  receipts: number;
  statements: number;
  removed: number;
  left_out?: number;
  selection?: Selection | null;
  made_at: string;
  files: { [name: string]: { sha256: string; bytes: number } };
}
export interface Selection {
  from: string | null;
  to: string | null;
  first: number;
  last: number;
}

const MANIFEST: Shape = {
  v: one,
  site: text,
  origin: text,
  size: count,
  root: text,
  receipts: count,
  statements: count,
  removed: count,
  made_at: time,
  files: values(object({ sha256: hash, bytes: count })),
};
const selection = orNull(object({ from: orNull(time), to: orNull(time), first: count, last: whole }));

export function manifestProblem(value: unknown): string | null {
  const problem = problemOf(value, MANIFEST, { selection, left_out: count });
  if (problem !== null) return problem;
  const { size, selection: range } = value as Manifest;
  return range && (range.first > range.last + 1 || range.last >= size) ? "selection" : null;
}

export interface KeptLine {
  size: number;
  note: string;
  made_at: string;
  handed: { kind: string; to: string; at: string }[];
  timestamps: string[];
}

export const keptProblem = (value: unknown): string | null =>
  problemOf(value, {
    size: count,
    note: text,
    made_at: time,
    handed: list(object({ kind: text, to: text, at: time })),
    timestamps: list(text),
  });
