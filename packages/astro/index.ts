/** Astro: for a page's own scripts. The components stand beside it: `placet/astro/Placet.astro`, `placet/astro/Allowed.astro`. */

import { type ConsentState, consent, watch } from "../core/consent.js";

export type { Choice, ConsentState, PlacetApi } from "../core/consent.js";
export type { TagProps } from "../core/tag.js";

/** Calls `heard` with how things stand: at once, and after every change. Returns how to end that. */
export function useConsent(heard: (state: ConsentState) => void): () => void {
  const look = () => heard(consent());
  look();
  return watch(look);
}
