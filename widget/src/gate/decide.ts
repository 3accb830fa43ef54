/** Which trackers may load now: the same rules as app/core/decision.py, both held to tests/contract/decisions.json. */

import type { Rules, TrackerRule } from "../types";
import { type Choice, grants } from "./choice";

/** Why a tracker is allowed (up to `loader`) or held; explained in app/core/decision.py. Numbers, because they are short. */
export enum Reason {
  necessary,
  granted,
  optout,
  loader,
  unused,
  notAsked,
  expired,
  askAgain,
  refused,
  newer,
  gpc,
  minor,
  stopped,
}

/** `today`: UTC day since 1970-01-01; `gpc`: Global Privacy Control is on; `minor`: the site says so. */
export interface Circumstances {
  today: number;
  gpc: boolean;
  minor: boolean;
}

/** Whether a tracker with that reason may load. */
export const isYes = (reason: Reason): boolean => reason <= Reason.loader;

/** Says why a kept choice no longer counts, or nothing when it does. One from the future was made under a wrong clock. */
export function lapseOf(rules: Rules, choice: Choice | null, today: number): Reason | undefined {
  if (!choice) return Reason.notAsked;
  if (today >= choice.expires || choice.decided > today + 1) return Reason.expired;
  if (choice.version < rules.ask_since) return Reason.askAgain;
}

/**
 * Decides for every tracker of `rules`, in their order. A refusal holds newer trackers too; GPC never grants; a tag
 * manager is released with the first allowed tracker behind it, and with nothing else.
 */
export function decide(rules: Rules, choice: Choice | null, { today, gpc, minor }: Circumstances): Reason[] {
  const { trackers } = rules;
  const lapse = lapseOf(rules, choice, today);
  // A chain of answers: as statements it costs the loader some ten bytes.
  const reasonFor = (tracker: TrackerRule): Reason =>
    tracker.model === "none"
      ? Reason.necessary
      : tracker.model === "stopped"
        ? Reason.stopped
        : minor
          ? Reason.minor
          : gpc && tracker.sale_share
            ? Reason.gpc
            : lapse && tracker.model !== "optout"
              ? lapse
              : choice && !grants(choice, tracker)
                ? Reason.refused // where no yes is needed, a no outlives its time
                : choice && !lapse && choice.version >= tracker.since
                  ? Reason.granted
                  : tracker.model === "optout"
                    ? Reason.optout
                    : Reason.newer;
  const reasons = trackers.map(reasonFor);
  return trackers.map(({ id, kind }, index) =>
    kind !== "loader" || !reasons[index] // what is necessary is
      ? reasons[index]
      : trackers.some(({ via }, other) => via === id && isYes(reasons[other]))
        ? Reason.loader
        : Reason.unused,
  );
}
