/** Which trackers may load now: the same rules as app/core/decision.py, both held to tests/contract/decisions.json. */

import type { Rules, TrackerRule } from "../types";
import { type Choice, grants } from "./choice";

/** Why a tracker is allowed or held; explained in app/core/decision.py. */
export type Reason =
  | "necessary"
  | "granted"
  | "optout"
  | "loader"
  | "unused"
  | "not-asked"
  | "expired"
  | "ask-again"
  | "refused"
  | "newer"
  | "gpc"
  | "minor";

/** `today`: UTC day since 1970-01-01; `gpc`: Global Privacy Control is on; `minor`: the site says so. */
export interface Circumstances {
  today: number;
  gpc: boolean;
  minor: boolean;
}

/** Whether a tracker with that reason may load. */
export const isYes = (reason: Reason): boolean => "necessary,granted,optout,loader".includes(reason);

/** Says why a kept choice no longer counts, or nothing when it does. */
export function lapseOf(rules: Rules, choice: Choice | null, today: number): Reason | undefined {
  if (!choice) return "not-asked";
  if (today >= choice.expires) return "expired";
  if (choice.version < rules.ask_since) return "ask-again";
}

/**
 * Decides for every tracker of `rules`, in their order. A refusal holds newer trackers too; GPC never grants; a tag
 * manager is released with the first allowed tracker behind it, and with nothing else.
 */
export function decide(rules: Rules, choice: Choice | null, circumstances: Circumstances): Reason[] {
  const { trackers } = rules;
  const lapse = lapseOf(rules, choice, circumstances.today);
  const reasons = trackers.map((tracker) => reasonFor(tracker, choice, lapse, circumstances));
  return trackers.map(({ id, kind, model }, index) => {
    if (kind !== "loader" || model === "none") return reasons[index];
    return trackers.some(({ via }, other) => via === id && isYes(reasons[other])) ? "loader" : "unused";
  });
}

function reasonFor(
  tracker: TrackerRule,
  choice: Choice | null,
  lapse: Reason | undefined,
  { gpc, minor }: Circumstances,
): Reason {
  if (tracker.model === "none") return "necessary";
  if (minor) return "minor";
  if (gpc && tracker.sale_share) return "gpc";
  const unasked = tracker.model === "optout" && "optout";
  if (lapse && !unasked) return lapse;
  if (choice && !grants(choice, tracker)) return "refused"; // where no yes is needed, a no outlives its time
  return choice && !lapse && choice.version >= tracker.since ? "granted" : unasked || "newer";
}
