/** The slots `fallback` of `Allowed.astro`: seen while what they stand for may not load. */

import { consent, watch } from "../core/consent.js";

let isWatching = false;

function look(): void {
  const { allows } = consent();
  for (const fallback of document.querySelectorAll<HTMLElement>("[data-placet-fallback]")) {
    fallback.hidden = allows(fallback.dataset.placetFallback!);
  }
}

/** Shows and hides them from now on, on pages that `<ClientRouter>` brings, too. */
export function showFallbacks(): void {
  look();
  if (isWatching) return;
  isWatching = true;
  watch(look);
  document.addEventListener("astro:after-swap", look);
}
