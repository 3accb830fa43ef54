"use client";
/** React 18 and 19: the tag, how things stand, and what is rendered only when it may load. */

import { createElement, Fragment, type ReactNode, useEffect, useRef, useSyncExternalStore, version } from "react";
import { type ConsentState, consent, holdPlace, isAllowed, type Mark, NOTHING, watch } from "../core/consent.js";
import { addressOf, putTag, type TagProps } from "../core/tag.js";

export type { Choice, ConsentState, PlacetApi } from "../core/consent.js";
export type { TagProps } from "../core/tag.js";

/** React 19 lifts an `async` script into the head, once; one that React 18 makes in the browser never runs. */
const lifts = (): boolean => Number.parseInt(version, 10) >= 19;

/** Puts the tag in. Once, anywhere; it stays when this is taken away. */
export function Placet(props: TagProps): ReactNode {
  const src = addressOf(props);
  const { nonce } = props;
  // The address says all of the props.
  useEffect(() => putTag(props), [src]);
  return lifts() ? createElement("script", { async: true, src, nonce }) : null;
}

const onServer = (): ConsentState => NOTHING;

/** How things stand, now and after every change. */
export const useConsent = (): ConsentState => useSyncExternalStore(watch, consent, onServer);

export interface AllowedProps extends Mark {
  /** What stands here meanwhile; without it, a placeholder that says what is held. `null`: nothing. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** Renders its children when the tracker, or everything of the category, may load; never on a server. */
export function Allowed({ tracker, category, fallback, children }: AllowedProps): ReactNode {
  if (isAllowed(useConsent(), { tracker, category })) return createElement(Fragment, null, children);
  return fallback === undefined ? createElement(Placeholder, { tracker, category }) : fallback;
}

function Placeholder({ tracker, category }: Mark): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => (place.current ? holdPlace(place.current, { tracker, category }) : undefined), [tracker, category]);
  return createElement("div", { ref: place });
}
