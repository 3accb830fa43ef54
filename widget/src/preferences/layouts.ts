/** The layouts that few sites choose: *modal*, in front of the page, and *inline*, in the page's own flow. */

import { h } from "./borrowed";
import type { PartContext } from "./part";

const STYLE = `$modal,$modal[open]{border:0;padding:0;background:none;outline:0}
$modal{position:fixed;inset:auto 0 0;width:100%;max-width:none;max-height:90%}
$modal::backdrop{background:#0003}
$modal $banner,$banner[data-layout=inline]{position:static;max-height:none}
$banner[data-layout=inline]{border-width:1px;border-radius:var(--r);box-shadow:none}
@media(min-width:600px){$modal{inset:0;margin:auto;width:30em;max-width:calc(100% - 24px);height:fit-content}
$modal $banner{padding:24px;border-width:1px;border-radius:var(--r)}}
:root:has([data-layout=inline]){padding-bottom:0}`;

/** Lays a banner out that has just been drawn as a card. Returns what has to be taken away when it has been answered. */
export function layOut(banner: HTMLElement, { session, dress }: PartContext): HTMLElement {
  const { layout } = session.config;
  const place = layout === "inline" && document.querySelector("[data-placet-place]");
  if (place) {
    dress(STYLE);
    place.prepend(banner);
  } else if (layout === "inline") {
    // In the flow of a page that has no place for it, it would push everything else aside.
    session.config.layout = banner.dataset.layout = "bar";
  }
  if (layout !== "modal") return banner;
  dress(STYLE);
  const dialog = h("dialog", { "data-placet": "modal", "aria-label": banner.getAttribute("aria-label")! }, banner);
  // Escape puts the question off: nothing is granted, and the next page asks again.
  dialog.onclose = () => dialog.remove();
  document.body.prepend(dialog);
  dialog.showModal();
  // Not on the first link or button: nothing is suggested, and what is asked is read first.
  dialog.tabIndex = -1;
  dialog.focus();
  return dialog;
}
