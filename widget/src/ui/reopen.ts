/** The small persistent button by which a choice can be changed: two equal circles, one filled, one open. */

import type { WidgetConfig } from "../types";
import { h } from "./dom";
import { wearScheme } from "./scheme";
import { dress } from "./style";

/** Puts the button at the end of the body, so that it does not stand before the page's own first stop. */
export function showReopen(config: WidgetConfig, nonce: string | undefined, open: (opener: HTMLElement) => void): void {
  const label = config.texts.reopen;
  const button = h("button", {
    type: "button",
    "data-placet": "reopen",
    "aria-label": label,
    title: label,
    lang: config.lang,
    dir: config.dir,
  });
  button.onclick = () => open(button);
  dress(nonce);
  wearScheme(button);
  document.body.append(button);
}
