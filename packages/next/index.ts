/** Next.js, App Router: the same as for React, made for server components. */

import { createElement, type ReactNode } from "react";
import { addressOf, type TagProps } from "../core/tag.js";
import type { AllowedProps } from "../react/index.js";
import { AllowedFromServer } from "./client.js";

export type { TagProps } from "../core/tag.js";
export { type AllowedProps, type Choice, type ConsentState, type PlacetApi, useConsent } from "../react/index.js";

/** Puts the tag in: React lifts it into the head. Once, in the root layout. */
export function Placet(props: TagProps): ReactNode {
  return createElement("script", { async: true, src: addressOf(props), nonce: props.nonce });
}

/**
 * Renders its children when the tracker, or everything of the category, may load; never on a server. What a server component
 * puts here is sent to the browser all the same, and React would have it preload the images and style sheets in it: but for
 * those in a `noscript`, which is taken off in the browser.
 */
export function Allowed({ children, ...props }: AllowedProps): ReactNode {
  return createElement(AllowedFromServer, props, createElement("noscript", null, children));
}
