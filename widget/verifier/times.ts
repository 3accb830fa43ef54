/** Along the log the server's times step back by no more than several processes of it may differ. */

import type { Findings } from "./report";
import type { Selection } from "./shapes";

export const MAX_STEP_BACK_MS = 5 * 60_000;

export class Times {
  private readonly statements: { index: number; at: string }[] = [];
  private next = 0;
  private latest = "";
  /** The highest index whose time is before what the selection asked for, and the lowest whose time is behind it. */
  lastEarly = -1;
  firstLate = Number.POSITIVE_INFINITY;
  selection: Selection | null = null;

  constructor(private readonly fail: Findings["fail"]) {}

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
    if (at >= this.latest) {
      this.latest = at;
    } else if (Date.parse(this.latest) - Date.parse(at) > MAX_STEP_BACK_MS) {
      this.fail(
        "times",
        `its time, ${at}, is before that of an earlier entry, ${this.latest}: back-dated, or a clock was wrong.`,
        file,
        index,
      );
      this.latest = at;
    }
  }
}
