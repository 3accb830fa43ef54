/** The layouts that few sites choose: *modal*, in front of the page, and *inline*, in the page's own flow. */

import { h } from "./borrowed";
import type { PartContext } from "./part";

const STYLE = `$modal{border:0;padding:0;background:none;outline:0}
$modal{position:fixed;inset:auto 0 0;width:100%;max-height:90%;overflow:auto}
$modal::backdrop{all:revert;background:#0003}
$modal $banner,$banner[data-layout=inline]{position:static;max-height:none}
$banner[data-layout=inline]{border-width:1px;border-radius:var(--placet-radius,12px);box-shadow:none}
@media(min-width:600px){$modal{inset:0;margin:auto;width:min(30em,100% - 24px);height:fit-content}
$modal $banner{padding:24px;border-width:1px;border-radius:var(--placet-radius,12px)}}
:root:has($banner[data-layout=inline],$modal){padding-bottom:0;scroll-padding-bottom:0}`;

/** Lays a banner out that has just been drawn as a card. */
export function layOut(banner: HTMLElement, { session, dress }: PartContext): void {
  const { config } = session;
  const place = config.layout === "inline" && document.querySelector("[data-placet-place]");
  const asBar = () => {
    config.layout = banner.dataset.layout = "bar";
  };
  if (place) {
    dress(STYLE);
    place.prepend(banner);
  } else if (config.layout === "inline") asBar(); // in the flow of such a page it would push everything else aside
  if (config.layout !== "modal") return;
  dress(STYLE);
  const dialog = h("dialog", { "data-placet": "modal", "aria-label": banner.getAttribute("aria-label")! }, banner);
  // Escape puts the question aside, and nothing is granted: it stands at the edge from now on, and the page can be used.
  dialog.onclose = () => {
    asBar();
    document.body.prepend(banner);
  };
  // Answered, put aside or taken away: without its banner a dialog must not keep the page waiting.
  new MutationObserver(() => dialog.remove()).observe(dialog, { childList: true });
  document.body.prepend(dialog);
  dialog.showModal();
  // Not on the first link or button: nothing is suggested, and what is asked is read first.
  dialog.tabIndex = -1;
  dialog.focus();
}
