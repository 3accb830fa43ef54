/** The log's head, its earlier ones, those that the user kept, and what witnesses signed of them. */

import { isSame, Unreadable } from "./bytes";
import { type Json, parseJson } from "./json";
import { Frontier, HASH_BYTES } from "./merkle";
import { type Checkpoint, cosignedAt, openCheckpoint, parseVkey, parseVkeys, under, type Vkey } from "./note";
import type { Reader } from "./reader";
import { type Findings, type Report, said } from "./report";
import { type KeptLine, keptProblem } from "./shapes";

/** What the user has from elsewhere than the bundle. */
export interface Outside {
  /** Checkpoints, as notes. */
  against: string[];
  /** Verifier keys of the log, one per line. */
  vkey: string | null;
  /** Verifier keys of witnesses. */
  witness: string[];
}

/** A checkpoint to compare. `file` is null: the user kept it. */
interface Kept {
  note: string;
  head: Checkpoint;
  file: string | null;
}

/** A `log-restored`: where it stands, and what it says. */
export interface Restoration {
  index: number;
  size: number;
  checkpoint: string;
}

const KEPT = "checkpoints.jsonl";
/** The origin that a log had before it was ever restored. */
const familyOf = (origin: string): string | null => /^(.+\/log\/[^/.]+)(?:\.[1-9][0-9]*)?$/.exec(origin)?.[1] ?? null;
const isRestored = (origin: string): boolean => ![null, origin].includes(familyOf(origin));

const numberOf = (origin: string): number => +(/\.([0-9]+)$/.exec(origin.split("/log/").at(-1)!)?.[1] ?? 1);
/** Whether a log bore the first origin until it bore the other: a second restore may have lost what stated the first. */
const isUntil = (origin: string, other: string): boolean =>
  familyOf(origin) === familyOf(other) && numberOf(origin) <= numberOf(other);

export const isOfSite = (origin: string, site: string): boolean => {
  const name = origin.split("/log/").at(-1)!;
  return name === site || (name.startsWith(`${site}.`) && /^[0-9]+$/.test(name.slice(site.length + 1)));
};

export class Head {
  checkpoint: Checkpoint | null = null;
  outside: Report["outside"] = null;
  /** How many entries a restored log had lost, and where it says so. */
  readonly lost: { index: number; count: number }[] = [];
  readonly handed: Report["handed"] = [];
  timestamps = 0;
  private note = "";
  private own: Vkey[] = [];
  private trusted: Vkey[] | null = null;
  private readonly fail: Findings["fail"];

  constructor(
    private readonly reader: Reader,
    findings: Findings,
    private readonly given: Outside,
  ) {
    this.fail = findings.fail;
  }

  /** Opens the bundle's own checkpoint. */
  async read(): Promise<void> {
    const note = await this.reader.text("checkpoint");
    const vkey = await this.reader.text("vkey");
    if (note === null || vkey === null) {
      this.fail("checkpoint", "The log's head cannot be opened without checkpoint and vkey.");
    } else {
      this.note = note;
      this.own = (await this.attempt("checkpoint", "vkey", () => parseVkeys(vkey))) ?? [];
      if (this.own.length) {
        this.checkpoint = await this.attempt("checkpoint", "checkpoint", () => openCheckpoint(note, this.own));
      }
    }
    if (this.given.vkey === null) return;
    this.trusted = (await this.attempt("key", null, () => parseVkeys(this.given.vkey!))) ?? [];
    if (note !== null && this.trusted.length) {
      await this.attempt("key", "checkpoint", () => openCheckpoint(note, this.trusted!));
    }
  }

  /** Holds all heads against the log. `stated`: verifier keys that the log itself names. */
  async compare(
    entries: Uint8Array,
    stated: string[],
    restorations: Restoration[],
    pause: (bytes: number) => Promise<void>,
  ): Promise<void> {
    const count = Math.floor(entries.length / HASH_BYTES);
    if (entries.length % HASH_BYTES) {
      this.fail("root", `it ends within an entry: its size is not a multiple of ${HASH_BYTES} bytes.`, "entries.bin");
    }
    const known = [...this.own, ...(await Promise.all(stated.map((line) => parseVkey(line))))];
    const kept: Kept[] = [];
    for (const note of this.given.against) {
      const head = await this.open(note, this.trusted ?? this.own, "older", null);
      if (head) kept.push({ note, head, file: null });
    }
    kept.push(...(await this.readKept(known)));
    const restored: (Checkpoint | null)[] = [];
    for (const { checkpoint, index } of restorations)
      restored.push(await this.open(checkpoint, known, "log", null, index));
    const heads = [...kept.map(({ head }) => head), ...restored.filter((head) => head !== null)];
    const roots = await rootsAt(entries, new Set([count, ...heads.map(({ size }) => size)]), pause);
    this.checkRoot(count, roots);
    const before = new Map<string, number>();
    restorations.forEach(({ index, size }, turn) => {
      const head = restored[turn];
      if (!head || size !== index) return;
      before.set(head.origin, size);
      if (head.size > size) this.lost.push({ index, count: head.size - size });
      else if (!isSame(roots.get(head.size)!, head.root)) {
        this.fail(
          "log",
          "the head that the log had before it was restored is not that of its first entries.",
          null,
          index,
        );
      }
    });
    if (this.checkpoint && isRestored(this.checkpoint.origin) && !restorations.length) {
      this.fail("log", "Its origin is that of a restored log, and no statement says that it was restored.");
    }
    const agreeing = kept.filter((one) => this.agrees(one, count, roots, before));
    for (const { file, head } of agreeing) if (!file) this.hold(head.size, "kept by you", null);
    const mine = agreeing.filter(({ file }) => file);
    const { checkpoint: head } = this;
    if (head && roots.has(head.size) && isSame(roots.get(head.size)!, head.root)) {
      mine.push({ note: this.note, head, file: "checkpoint" });
    }
    await this.checkWitnesses(mine);
  }

  private async readKept(keys: Vkey[]): Promise<Kept[]> {
    const kept: Kept[] = [];
    let number = 0;
    let last = -1;
    for await (const lines of this.reader.lines(KEPT)) {
      for (const line of lines) {
        number++;
        const value = parsed(line);
        const problem = keptProblem(value);
        if (problem !== null) {
          this.fail("files", `the field ${said(problem)} of line ${number} is not as it must be.`, KEPT);
          continue;
        }
        const { size, note, handed, timestamps } = value as unknown as KeptLine;
        const head = await this.open(note, keys, "older", KEPT);
        if (!head) continue;
        if (size !== head.size || size <= last) {
          this.fail("files", `line ${number} is out of order, or its size is not its checkpoint's.`, KEPT);
        }
        last = Math.max(last, size);
        kept.push({ note, head, file: KEPT });
        this.handed.push(...handed.map((one) => ({ size, ...one })));
        this.timestamps += timestamps.length;
      }
    }
    return kept;
  }

  /** Opens a checkpoint of this log, its keys under the name that the log had then. */
  private open(note: string, keys: Vkey[], check: "older" | "log", file: string | null, index: number | null = null) {
    const origin = note.split("\n", 1)[0]!;
    const isRelated = !this.checkpoint || familyOf(origin) === familyOf(this.checkpoint.origin);
    return this.attempt(
      check,
      file,
      async () => {
        if (check === "log" && !isRelated) throw new Unreadable("it says that it was restored, and names another log");
        return openCheckpoint(note, isRelated ? keys.map((key) => under(key, origin)) : keys);
      },
      index,
    );
  }

  private checkRoot(count: number, roots: Map<number, Uint8Array>): void {
    const { checkpoint } = this;
    if (checkpoint && checkpoint.size !== count) {
      this.fail("root", `it holds ${count} entries, and the checkpoint is of ${checkpoint.size}.`, "entries.bin");
    } else if (checkpoint && !isSame(checkpoint.root, roots.get(count)!)) {
      this.fail("root", "its entries do not give the checkpoint's root.", "entries.bin");
    }
  }

  /** Compares a checkpoint with the log, and says what is wrong. */
  private agrees(
    { head, file }: Kept,
    count: number,
    roots: Map<number, Uint8Array>,
    before: Map<string, number>,
  ): boolean {
    const { origin, size } = head;
    const whose = file ? "a checkpoint is here" : "you kept a checkpoint";
    const isOurs = !this.checkpoint || origin === this.checkpoint.origin;
    const restored = [...before].find(([other]) => isUntil(origin, other))?.[1] ?? null;
    const goesOn = restored ?? (isOurs ? count : null);
    if (goesOn === null) {
      this.fail("older", file ? "a checkpoint is of another log." : "The checkpoint you kept is of another log.", file);
    } else if (size > goesOn) {
      const words =
        restored !== null
          ? `The log was restored from a backup of ${goesOn} entries; ${whose} of ${size}: the rest is lost.`
          : `The log has shrunk: ${whose} of ${size} entries, and it has ${count}.`;
      this.fail("older", words, file);
    } else if (!isSame(head.root, roots.get(size)!)) {
      const which = file ? "here" : "you kept";
      this.fail(
        "older",
        `The log was rewritten: its first ${size} entries are not those of the checkpoint ${which}.`,
        file,
      );
    } else return true;
    return false;
  }

  private async checkWitnesses(kept: Kept[]): Promise<void> {
    for (const line of this.given.witness) {
      const witness = await this.attempt("witness", null, () => parseVkey(line, [4]));
      if (!witness) continue;
      let isSeen = false;
      for (const { note, head, file } of kept) {
        const at = await this.attempt("witness", file, () => cosignedAt(note, witness));
        if (at === null) continue;
        isSeen = true;
        this.hold(head.size, `cosigned by ${witness.name}`, new Date(at * 1000).toISOString());
      }
      if (!isSeen) {
        this.fail("witness", `No checkpoint here that agrees with the log is cosigned by ${said(witness.name)}.`);
      }
    }
  }

  private hold(size: number, by: string, at: string | null): void {
    if (!this.outside || size > this.outside.size) this.outside = { size, by, at };
  }

  private async attempt<T>(
    check: "checkpoint" | "key" | "older" | "witness" | "log",
    file: string | null,
    work: () => Promise<T>,
    index: number | null = null,
  ): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.fail(check, `${error.message}.`, file, index);
      return null;
    }
  }
}

/** The root over the first entries, for each of `sizes` that there is. */
async function rootsAt(entries: Uint8Array, sizes: Set<number>, pause: (bytes: number) => Promise<void>) {
  const frontier = new Frontier();
  const roots = new Map<number, Uint8Array>();
  const count = Math.floor(entries.length / HASH_BYTES);
  for (;;) {
    if (sizes.has(frontier.size)) roots.set(frontier.size, frontier.root());
    if (frontier.size === count) return roots;
    const at = frontier.size * HASH_BYTES;
    frontier.append(entries.subarray(at, at + HASH_BYTES));
    if (frontier.size % 4096 === 0) await pause(0);
  }
}

function parsed(line: Uint8Array): Json {
  try {
    return parseJson(line);
  } catch {
    return null;
  }
}
