/** The server's times along the log: where one steps back further than it may, and which entry that speaks against. */

import type { Findings } from "./report";
import type { Selection } from "./shapes";

const MAX_STEP_BACK_MS = 5 * 60_000;

interface Entry {
  file: string;
  index: number;
  at: string;
}
/** Entries in a row that are dated before an earlier one. */
interface Run {
  first: Entry;
  count: number;
  last: number;
  latest: Entry;
  /** Only one earlier entry is dated after the first. */
  isPeakAlone: boolean;
}

const NONE: Entry = { file: "", index: -1, at: "" };
const isStepBack = (before: Entry, { at }: Entry): boolean =>
  at < before.at && Date.parse(before.at) - Date.parse(at) > MAX_STEP_BACK_MS;
const later = (a: Entry, b: Entry): Entry => (b.at > a.at ? b : a);

export class Times {
  /** The highest index whose time is before what the selection asked for, and the lowest whose time is behind it. */
  lastEarly = -1;
  firstLate = Number.POSITIVE_INFINITY;
  private readonly statements: { index: number; at: string }[] = [];
  private next = 0;
  private peak = NONE;
  private second = NONE;
  private run: Run | null = null;

  constructor(
    private readonly fail: Findings["fail"],
    private readonly selection: Selection | null,
  ) {}

  /** Remembers a statement's time until the receipts before it have been seen. */
  keep(index: number, at: string): void {
    this.statements.push({ index, at });
  }

  /** Takes the statements before `index`. */
  before(index: number, file: string): void {
    for (; this.next < this.statements.length; this.next++) {
      const { index: own, at } = this.statements[this.next]!;
      if (own >= index) return;
      this.see(own, at, file);
    }
  }

  see(index: number, at: string, file: string): void {
    const { from, to } = this.selection ?? { from: null, to: null };
    if (from && Date.parse(at) < Date.parse(from) - MAX_STEP_BACK_MS) this.lastEarly = Math.max(this.lastEarly, index);
    if (to && Date.parse(at) >= Date.parse(to) + MAX_STEP_BACK_MS) this.firstLate = Math.min(this.firstLate, index);
    const entry = { file, index, at };
    if (this.run && !this.goesOn(this.run, entry)) this.close(this.run);
    if (!this.run) this.compare(entry);
  }

  finish(): void {
    if (this.run) this.close(this.run);
  }

  private compare(entry: Entry): void {
    if (entry.at >= this.peak.at) {
      this.second = this.peak;
      this.peak = entry;
    } else if (isStepBack(this.peak, entry)) {
      const isPeakAlone = !isStepBack(this.second, entry);
      this.run = { first: entry, count: 1, last: entry.index, latest: entry, isPeakAlone };
    } else this.second = later(this.second, entry);
  }

  private goesOn(run: Run, entry: Entry): boolean {
    if (!isStepBack(this.peak, entry) || isStepBack(run.latest, entry)) return false;
    run.count++;
    run.last = entry.index;
    run.latest = later(run.latest, entry);
    return true;
  }

  private close({ first, count, last, latest, isPeakAlone }: Run): void {
    this.run = null;
    const { peak } = this;
    if (isPeakAlone && count > 1) {
      // Several entries go on from a time before that of one alone: it is that one's clock that ran ahead.
      const words = `its time, ${peak.at}, is ahead of the entries after it, which go on from ${first.at} at index ${first.index}: its clock ran ahead, or it was put before what it came after.`;
      this.fail("times", words, peak.file, peak.index);
      this.peak = this.second = later(this.second, latest);
      return;
    }
    const more = count === 1 ? "" : `, and so are those of the ${count - 1} after it, up to index ${last}`;
    const words = `its time, ${first.at}, is before that of an earlier entry, ${peak.at} at index ${peak.index}${more}: back-dated, put after what it came before, or a clock was wrong.`;
    this.fail("times", words, first.file, first.index);
  }
}
