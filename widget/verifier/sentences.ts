/** What a report says: the verdict, what was proven, and what was not. */

import { base64Text } from "./bytes";
import { CLAIMED } from "./fields";
import type { Head, Outside } from "./head";
import type { Record } from "./record";
import { type CheckName, counted, type Findings, type Report, said } from "./report";
import type { Selection } from "./shapes";

export interface Context {
  head: Head;
  record: Record;
  counts: Report["counts"];
  findings: Findings;
  selection: Selection | null;
  outside: Outside;
  /** The indexes next to the selection that are left out. */
  below: number | null;
  above: number | null;
}

export function subjectOf(site: string | null, { checkpoint }: Head): string {
  const about = site === null ? "Site unknown" : `Site ${said(site)}`;
  if (!checkpoint) return `${about}; the log's head could not be opened.`;
  const { origin, size, root } = checkpoint;
  return `${about}, log ${said(origin)}, ${size} entries, root ${base64Text(root)}.`;
}

export function verdictOf({ findings, head, outside }: Context): string {
  if (findings.count) {
    const things = findings.count === 1 ? "one thing is" : `${findings.count} things are`;
    return `The bundle does not verify: ${things} not as they must be.`.replace("is not as they", "is not as it");
  }
  if (head.outside) {
    return `The bundle is verified. Against the operator: its first ${head.outside.size} entries are those that were held outside; for what came later there is only the operator's signature.`;
  }
  return `The bundle is verified: it ${outside.vkey === null ? "agrees with itself" : "is signed by the key you gave"}.`;
}

/** What was established. Each sentence rests on those before it: what failed takes along what rests on it. */
export function proven({ head, record, counts, findings, selection, outside, below, above }: Context): string[] {
  const { checkpoint } = head;
  if (!checkpoint) return [];
  const { size } = checkpoint;
  const receipts = counted(counts.receipts, "receipt");
  const statements = counted(counts.statements, "statement");
  const leftOut = selection ? `, ${counts.left_out} left out by the selection` : "";
  const log: CheckName[] = ["checkpoint", "key", "root", "files"];
  const signed: CheckName[] = [...log, "log", "signatures"];
  const contents: CheckName[] = [...signed, "contents"];
  const covered: CheckName[] = [...contents, "coverage"];
  const by = outside.vkey === null ? "a key that the bundle itself names" : "the key you gave";
  const sentences: [CheckName[], string][] = [
    [["checkpoint", "key"], `The checkpoint of ${size} entries is signed by ${by}.`],
    [log, `The ${size} entries are those that the checkpoint commits to.`],
  ];
  if (head.outside) {
    const grown = `Since the checkpoint held outside, of ${head.outside.size} entries, the log has only grown`;
    sentences.push([
      [...log, "older", "witness"],
      `${grown}: none of them was changed, moved, taken out or slipped in between.`,
    ]);
  }
  sentences.push(
    [
      signed,
      `${receipts} and ${statements} are signed by the keys in jwks.json, and stand unchanged at their places in the log.`,
    ],
    [
      covered,
      `Every index is accounted for: ${receipts}, ${statements}, ${counts.removed} removed under a signed statement${leftOut}.`,
    ],
  );
  sentences.push(
    [
      [...contents, "citations"],
      "Each receipt cites a config that was published before it, and the config, the notice and the widget it cites are here, byte for byte.",
    ],
    [[...contents, "times"], "Along the log, the server's times never step back by more than 5 minutes."],
  );
  if (record.keys.begun !== null) {
    const words = `From index ${record.keys.begun} on, each is signed by a key that the log had stated and not retired.`;
    sentences.push([[...contents, "keys"], words]);
  }
  if (periodOf(selection) && covers(record, selection!, below, above)) {
    const words = `The receipts here are all that were received ${periodOf(selection)}, if the times of those left out step back no further than they may: only a bundle of everything shows that.`;
    sentences.push([[...covered, "times"], words]);
  }
  return sentences.filter(([needed]) => !needed.some((check) => findings.failed.has(check))).map(([, words]) => words);
}

/** The selection's period in words; empty when it is of indexes alone, or there is none. */
function periodOf(selection: Selection | null): string {
  if (!selection?.from && !selection?.to) return "";
  const start = selection.from ? `from ${selection.from}` : "from the beginning";
  return selection.to ? `${start} up to ${selection.to}` : `${start} on`;
}

/** The rule of the margin: what is left out lies before and behind the period by more than times may step back. */
function covers({ times }: Record, { from, to }: Selection, below: number | null, above: number | null): boolean {
  const isEarlyShown = below === null || (from !== null && times.lastEarly > below);
  const isLateShown = above === null || (to !== null && times.firstLate < above);
  return isEarlyShown && isLateShown;
}

export function notProven({ head, record, counts, findings, selection, outside, below, above }: Context): string[] {
  const sentences: string[] = [];
  if (outside.vkey === null) {
    sentences.push(
      "That the operator did not make all of this anew: a verifier key inside the bundle proves nothing against the operator. Compare it with one that you got elsewhere, and earlier.",
    );
  }
  if (head.outside && !findings.failed.has("older")) {
    sentences.push(`Anything held outside about the entries from index ${head.outside.size} on.`);
  } else {
    sentences.push(
      "That nothing was rewritten or left out before this checkpoint: no checkpoint held outside was compared. Keep this one, and give it next time.",
    );
  }
  for (const { index, count } of head.lost) {
    sentences.push(
      `What stood in the ${counted(count, "entry")} lost when the log was restored from a backup, as index ${index} states.`,
    );
  }
  if (head.timestamps) {
    sentences.push(
      `${counted(head.timestamps, "time stamp")} of checkpoints: this page does not check them, placet verify --tsa-roots does.`,
    );
  }
  if (counts.left_out) {
    const receipts = counted(counts.left_out, "receipt");
    sentences.push(`Anything about the ${receipts} left out by the selection, but that they stand in the log.`);
  }
  const isShaken = ["times", "coverage", "contents", "files"].some((check) => findings.failed.has(check as CheckName));
  if (periodOf(selection) && (isShaken || !covers(record, selection!, below, above))) {
    sentences.push(`That the receipts here are all that were received ${periodOf(selection)}.`);
  }
  if (counts.removed)
    sentences.push("What the removed receipts said, and that whoever the statement names asked for it.");
  return [
    ...sentences,
    "That a person clicked, or which: a receipt shows that a client that held this config sent this choice.",
    `What the browser claims: ${CLAIMED.filter((name) => name !== "id").join(", ")}, gpc.browser.`,
    "The times themselves: received_at and expires_at are by the server's own clock.",
    "That every choice was recorded: one that never reached the server, or that it did not acknowledge, is not here.",
    "That the trackers obeyed, and when the bundle was made: `made_at` is signed by nobody.",
  ];
}
