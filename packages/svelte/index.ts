/** Svelte 5: the tag, how things stand, and what is rendered only when it may load. */

export type { Choice, ConsentState, PlacetApi } from "../core/consent.js";
export type { TagProps } from "../core/tag.js";
export { default as Allowed } from "./Allowed.svelte";
export { useConsent } from "./consent.js";
export { default as Placet } from "./Placet.svelte";
