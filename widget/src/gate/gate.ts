/** The gate: holds back what may not load, releases it when it may. It runs before anything else of ours, on every page. */

import { attempt } from "../attempt";
import type { GateTracker } from "../types";
import { isYes, type Reason } from "./decide";
import { gateElements } from "./elements";
import { gateInsertions } from "./insertions";
import { gateMarked } from "./marked";
import { compileMatch, wordsOf } from "./match";
import { gateNetwork } from "./network";

export interface Gate {
  /** Whether a tracker, or everything of a category, may load now. Unknown ids never. */
  allows(id: string): boolean;
  /**
   * Holds what the reasons no longer allow, then releases what they do. Returns the trackers withdrawn. What was
   * allowed once ends with it, unless `keepsOnce`.
   */
  obey(reasons: Reason[], keepsOnce?: boolean): GateTracker[];
  /** Lets trackers load until this page is left, whatever the reasons say. */
  allowOnce(ids: string[]): void;
  /** The trackers behind a mark: the one named, or all of the category that load in the page. */
  behind(mark: DOMStringMap): GateTracker[];
  /** Unmarked elements that wait, each with the ids of the trackers that its address belongs to. */
  parked(): [Element, string[]][];
}

/**
 * Starts holding. `reasons`: of `decide`, in the trackers' order; `grantsCategory`: whether the choice in force grants a
 * category that has no tracker of its own in the page; `noticed`: called when something may have been held in the page.
 */
export function createGate(
  trackers: GateTracker[],
  reasons: Reason[],
  grantsCategory: (category: string) => boolean,
  noticed: () => void,
): Gate {
  const idsOf = compileMatch(trackers);
  let once: string[] = [];
  let allowed: string[];
  let held: GateTracker[];

  const isAllowed = ({ id }: { id: string }) => allowed.includes(id);
  const weigh = () => {
    allowed = [...once, ...trackers.filter((_, index) => isYes(reasons[index])).map(({ id }) => id)];
    held = trackers.filter((tracker) => !isAllowed(tracker));
    words = wordsOf(held);
    // Who has said yes to everything pays for nothing of this.
    if (isIdle() || isInstalled) return;
    isInstalled = true;
    elements.install();
    gateInsertions(elements, isIdle);
  };
  let words: string[];
  let isInstalled = false;

  const isIdle = () => !held[0];
  const mayLoad = (url: string) => isIdle() || idsOf(url).every((id) => allowed.includes(id));
  const behind = ({ tracker, category }: DOMStringMap) =>
    trackers.filter((own) => (tracker ? own.id === tracker : own.category === category && !/^[ds]/.test(own.kind!)));
  const allowsMark = (mark: DOMStringMap) => {
    const members = behind(mark);
    return members[0] ? members.every(isAllowed) : !mark.tracker && grantsCategory(mark.category!);
  };
  const marked = gateMarked(allowsMark, behind, mayLoad);
  const elements = gateElements(mayLoad, () => words);
  weigh();
  const closeConnections = gateNetwork(mayLoad, idsOf);

  const release = () => attempt(marked.release);
  new MutationObserver((records) =>
    attempt(() => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (!isIdle()) elements.inspect(node);
      release();
      noticed();
    }),
  ).observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", release);
  release();

  const apply = () => {
    const before = trackers.filter(isAllowed);
    weigh();
    const withdrawn = before.filter((tracker) => !isAllowed(tracker));
    if (withdrawn[0]) {
      attempt(() => elements.inspect(document));
      closeConnections();
    }
    attempt(marked.takeBack);
    attempt(elements.release);
    release();
    return withdrawn;
  };

  return {
    allows: (id) => allowed.includes(id) || allowsMark({ category: id }),
    obey: (latest, keepsOnce) => {
      reasons = latest;
      if (!keepsOnce) once = [];
      return apply();
    },
    allowOnce: (ids) => {
      once.push(...ids);
      apply();
    },
    behind,
    parked: () => elements.parked().map(([element, url]) => [element, idsOf(`${url}`)]),
  };
}
