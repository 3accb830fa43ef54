/** What every framework's package stands on: how things stand on this page, and who wants to hear when they change. */

import type { Choice, PlacetApi, State } from "placet/widget";

export type { Choice, PlacetApi } from "placet/widget";

/** How things stand. On a server, and until Placet is there, nothing is allowed and nothing is chosen. */
export interface ConsentState {
  /** `window.placet`, for all the rest it can do; null until it is there. */
  readonly placet: PlacetApi | null;
  /** The choice in force, or null. */
  readonly choice: Choice | null;
  /** Ids of the trackers that may load now. */
  readonly allowed: readonly string[];
  /** Whether a tracker, or everything of a category, may load now. */
  allows(id: string): boolean;
  /** Opens the preferences. */
  show(): void;
}

/** What something waits for, as the marks in a page say it. With both, the tracker decides. */
export interface Mark {
  tracker?: string | undefined;
  category?: string | undefined;
}

export const NOTHING: ConsentState = Object.freeze({
  placet: null,
  choice: null,
  allowed: Object.freeze([]),
  allows: () => false,
  show() {},
});

let seen: string | undefined;
let latest = NOTHING;

/** How things stand now: the same object until something changes. */
export function consent(): ConsentState {
  const placet = typeof window === "undefined" ? undefined : (window as { placet?: PlacetApi }).placet;
  // An element with that id stands there, too.
  if (!placet?._part) return NOTHING;
  const state: State = placet.get();
  const key = JSON.stringify(state);
  if (key !== seen || latest.placet !== placet) {
    seen = key;
    const { choice, allowed } = state;
    latest = { placet, choice, allowed, allows: (id) => placet.allows(id), show: () => placet.show() };
  }
  return latest;
}

/** Calls `changed` when things stand otherwise than before, also when Placet arrives. Returns how to end that. */
export function watch(changed: () => void): () => void {
  const events = ["placet:ready", "placet:change", "placet:once"];
  for (const name of events) document.addEventListener(name, changed);
  return () => {
    for (const name of events) document.removeEventListener(name, changed);
  };
}

export const isAllowed = ({ allows }: Pick<ConsentState, "allows">, { tracker, category }: Mark): boolean =>
  allows(tracker ?? category ?? "");

/**
 * Has a placeholder stand in `place`, which has no other children: the widget puts it beside a mark, and nothing of the
 * framework's stands there that could be disturbed. Returns how to take it away.
 */
export function holdPlace(place: Element, { tracker, category }: Mark): () => void {
  const mark = document.createElement("template");
  if (tracker) mark.dataset.tracker = tracker;
  if (category) mark.dataset.category = category;
  mark.dataset.placeholder = "";
  place.append(mark);
  return () => place.replaceChildren();
}
