/** The gate: holds every tracker that may not load, and lets it through when it may. */

import { attempt } from "../attempt";
import type { WidgetConfig } from "../types";
import { isYes, type Reason } from "./decide";
import { gateElements } from "./elements";
import { gateMarked } from "./marked";
import { compileMatch } from "./match";
import { gateNetwork } from "./network";
import { deleteStored, stopTracker } from "./withdraw";

export interface Gate {
  /** Whether a tracker, or everything of a category, may load now. Unknown ids never. */
  allows(id: string): boolean;
  /** Obeys new verdicts: stops and holds what is no longer allowed, then releases. Returns the ids withdrawn. */
  obey(verdicts: Reason[]): string[];
}

/** `verdicts`: of `decide`, in the trackers' order; `grantsCategory`: whether the choice in force grants a category that has no tracker of its own in the page. */
export function createGate(
  { trackers }: WidgetConfig,
  verdicts: Reason[],
  grantsCategory: (category: string) => boolean,
): Gate {
  const idsOf = compileMatch(trackers);
  const allowedOf = (reasons: Reason[]) =>
    new Set(trackers.filter((_, index) => isYes(reasons[index])).map(({ id }) => id));
  let allowed = allowedOf(verdicts);
  const isAllowed = ({ id }: { id: string }) => allowed.has(id);
  const isHeld = (tracker: { id: string }) => !isAllowed(tracker);

  const mayLoad = (url: string) => !trackers.some(isHeld) || (idsOf(url) || []).every((id) => allowed.has(id));
  /** The trackers behind a mark: the one named, or all of the category that load in the page. */
  const behind = ({ tracker, category }: DOMStringMap) =>
    trackers.filter((own) =>
      tracker ? own.id === tracker : own.category === category && /browser|loader/.test(own.kind),
    );
  const allowsMark = (mark: DOMStringMap) => {
    const members = behind(mark);
    return members.length ? members.every(isAllowed) : !mark.tracker && grantsCategory(mark.category || "");
  };
  const restarts = (mark: DOMStringMap) => {
    const members = behind(mark);
    return !!members[0] && members.every(({ stop }) => stop[0]);
  };
  const marked = gateMarked(allowsMark, restarts, mayLoad);
  const elements = gateElements(mayLoad);
  gateNetwork(mayLoad);

  const release = () => attempt(marked.release);
  new MutationObserver((records) =>
    attempt(() => {
      // While the page is parsed, what was incomplete a moment ago may be complete now.
      let concerned = document.readyState === "loading";
      for (const { addedNodes } of records) {
        for (const node of addedNodes) {
          if (!(node instanceof Element)) continue;
          concerned ||= marked.concerns(node);
          if (trackers.some(isHeld)) elements.inspect(node);
        }
      }
      if (concerned) release();
    }),
  ).observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", release);
  release();

  // What a held tracker left behind earlier, or wrote once more after it was stopped, goes on the next page.
  const deleteHeld = () => attempt(() => deleteStored(trackers.filter(isHeld), trackers.filter(isAllowed)));
  setTimeout(deleteHeld);

  const obey = (latest: Reason[]) => {
    const before = trackers.filter(isAllowed);
    allowed = allowedOf(latest);
    const withdrawn = before.filter(isHeld);
    if (withdrawn.length) {
      // Held from here on: what `stop` would still send goes nowhere.
      withdrawn.forEach(stopTracker);
      attempt(() => elements.inspect(document));
      deleteHeld();
    }
    attempt(marked.withdraw);
    attempt(elements.release);
    release();
    return withdrawn.map(({ id }) => id);
  };

  return { allows: (id) => allowed.has(id) || allowsMark({ category: id }), obey };
}
