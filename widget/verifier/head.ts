/** The log's head, its earlier ones, those that the user kept, and what witnesses signed of them. */

import { isSame, Unreadable } from "./bytes";
import { parseJson } from "./json";
import { Frontier, HASH_BYTES } from "./merkle";
import { type Checkpoint, cosignedAt, openCheckpoint, parseVkey, parseVkeys, type Vkey } from "./note";
import type { Reader } from "./reader";
import type { Findings, Report } from "./report";
import { type Kept, keptProblem } from "./shapes";

/** What the user has from elsewhere than the bundle. */
export interface Outside {
  /** Checkpoints, as notes. */
  against: string[];
  /** Verifier keys of the log, one per line. */
  vkey: string | null;
  /** Verifier keys of witnesses. */
  witness: string[];
}

interface Older extends Checkpoint {
  /** Of the bundle; null: the user kept it. */
  file: string | null;
  holds: boolean;
}

const KEPT = "checkpoints.jsonl";
/** After a restore a log's origin ends in the number of its life. */
const split = (origin: string): [string, number] => {
  const match = /^(.*)\.([2-9]|[1-9][0-9]+)$/.exec(origin);
  return match ? [match[1]!, Number(match[2])] : [origin, 1];
};

export const isOfSite = (origin: string, site: string): boolean => split(origin)[0].endsWith(`/log/${site}`);

export class Head {
  checkpoint: Checkpoint | null = null;
  outside: Report["outside"] = null;
  /** Sentences on checkpoints of before a restore, beyond what was restored. */
  readonly lost: string[] = [];
  readonly handed: Report["handed"] = [];
  readonly older: Older[] = [];
  timestamps = 0;
  private readonly notes: { size: number; note: string }[] = [];
  private readonly fail: Findings["fail"];

  constructor(
    private readonly reader: Reader,
    findings: Findings,
    private readonly given: Outside,
  ) {
    this.fail = findings.fail;
  }

  async read(): Promise<void> {
    const note = await this.reader.text("checkpoint");
    const own = await this.attempt("checkpoint", "vkey", async () => {
      const vkey = await this.reader.text("vkey");
      if (vkey === null) throw new Unreadable("the log's head cannot be opened without it");
      return parseVkeys(vkey);
    });
    if (note !== null && own) {
      this.checkpoint = await this.attempt("checkpoint", "checkpoint", () => openCheckpoint(note, own));
      if (this.checkpoint) this.notes.push({ size: this.checkpoint.size, note });
    }
    let keys = own ?? [];
    if (this.given.vkey !== null) {
      const trusted = await this.attempt("key", null, () => parseVkeys(this.given.vkey!));
      keys = trusted ?? [];
      if (note !== null && trusted) await this.attempt("key", "checkpoint", () => openCheckpoint(note, trusted));
    }
    for (const kept of this.given.against) {
      const opened = await this.attempt("older", null, () => openCheckpoint(kept, keys));
      if (opened) this.older.push({ ...opened, file: null, holds: false });
    }
    await this.readKept(own ?? []);
  }

  private async readKept(keys: Vkey[]): Promise<void> {
    let number = 0;
    let last = 0;
    for await (const lines of this.reader.lines(KEPT)) {
      for (const line of lines) {
        number++;
        await this.attempt("older", KEPT, async () => {
          const value = parseJson(line);
          const problem = keptProblem(value);
          if (problem !== null) throw new Unreadable(`in line ${number} the field ${problem} is not as it must be`);
          const { size, note, handed, timestamps } = value as unknown as Kept;
          const opened = await openCheckpoint(note, keys);
          if (opened.size !== size || size < last)
            throw new Unreadable(`line ${number} is not of the size that it says`);
          last = size;
          this.older.push({ ...opened, file: KEPT, holds: false });
          this.notes.push({ size, note });
          this.handed.push(...handed.map((one) => ({ size, ...one })));
          this.timestamps += timestamps.length;
        });
      }
    }
  }

  /** Recomputes the root over all entries, and on the way those of the older checkpoints. */
  async checkRoots(entries: Uint8Array, pause: (done: number) => Promise<void>): Promise<void> {
    const count = Math.floor(entries.length / HASH_BYTES);
    if (entries.length % HASH_BYTES) {
      this.fail("root", `it ends within an entry: its size is not a multiple of ${HASH_BYTES} bytes.`, "entries.bin");
    }
    const frontier = new Frontier();
    const bySize = new Map<number, Older[]>();
    for (const one of this.older) bySize.set(one.size, [...(bySize.get(one.size) ?? []), one]);
    const compare = () => {
      for (const one of bySize.get(frontier.size) ?? []) one.holds = isSame(one.root, frontier.root());
    };
    compare();
    for (let at = 0; at < count; at++) {
      frontier.append(entries.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
      compare();
      if (at % 4096 === 4095) await pause(0);
    }
    const { checkpoint } = this;
    if (checkpoint && checkpoint.size !== count) {
      this.fail("root", `it holds ${count} entries, and the checkpoint is of ${checkpoint.size}.`, "entries.bin");
    } else if (checkpoint && !isSame(checkpoint.root, frontier.root())) {
      this.fail("root", "its entries do not give the checkpoint's root.", "entries.bin");
    }
  }

  /** Holds the log against the older checkpoints. `restoredAt`: where it says that it was restored. */
  checkOlder(size: number, restoredAt: number | null): void {
    const [name, life] = this.checkpoint ? split(this.checkpoint.origin) : [null, 1];
    if (life > 1 && restoredAt === null) {
      this.fail("log", "its origin says that it was restored, and no statement does.");
    }
    for (const one of this.older) {
      const [ownName, ownLife] = split(one.origin);
      const who = one.file ? `The earlier checkpoint of ${one.size} entries` : "The checkpoint you kept";
      if (name !== null && (ownName !== name || ownLife > life)) {
        this.fail("older", `${who} is of another log.`, one.file);
      } else if (one.holds) {
        if (!one.file) this.hold(one.size, "kept by you", null);
      } else if (ownLife < life && restoredAt !== null && one.size > restoredAt) {
        const lost = one.size - restoredAt;
        this.lost.push(`${who} is of before the log was restored, which lost ${lost} of its ${one.size} entries.`);
      } else if (one.size > size) {
        this.fail("older", `The log has shrunk: ${who} has ${one.size} entries, and it has ${size}.`, one.file);
      } else {
        const words = `The log was rewritten: its first ${one.size} entries are not those of that checkpoint.`;
        this.fail("older", one.file ? words : words.replace("that checkpoint", "the checkpoint you kept"), one.file);
      }
    }
  }

  async checkWitnesses(): Promise<void> {
    for (const line of this.given.witness) {
      await this.attempt("witness", null, async () => {
        const witness = await parseVkey(line, [4]);
        let best: { size: number; at: number } | null = null;
        for (const { size, note } of this.notes) {
          const at = await cosignedAt(note, witness);
          if (at !== null && (!best || size >= best.size)) best = { size, at };
        }
        if (!best) throw new Unreadable(`no checkpoint here has a cosignature of ${witness.name}`);
        this.hold(best.size, `cosigned by ${witness.name}`, new Date(best.at * 1000).toISOString());
      });
    }
  }

  private hold(size: number, by: string, at: string | null): void {
    if (!this.outside || size > this.outside.size) this.outside = { size, by, at };
  }

  private async attempt<T>(
    check: "checkpoint" | "key" | "older" | "witness",
    file: string | null,
    work: () => Promise<T>,
  ): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || error.name === "AbortError") throw error;
      this.fail(check, `${error.message}.`, file);
      return null;
    }
  }
}
