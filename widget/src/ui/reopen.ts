/**
 * The small persistent button by which a choice can be changed: two equal circles, one filled, one open. Where Global
 * Privacy Control holds something, it says so in words: California asks that this can always be seen.
 */

import type { Session } from "../session";
import { h } from "./dom";
import { wearScheme } from "./scheme";
import { dress } from "./style";

/** Puts the button at the end of the body, so that it does not stand before the page's own first stop. */
export function showReopen(
  { config, honoursGpc }: Session,
  nonce: string | undefined,
  open: (opener: HTMLElement) => void,
): HTMLElement {
  const { texts, lang, dir } = config;
  const button = h(
    "button",
    {
      "data-placet": "reopen",
      title: texts.reopen,
      lang,
      dir,
    },
    honoursGpc && texts.gpc_status,
  );
  button.onclick = () => open(button);
  // In this order: the page's colours are asked for before our sheet makes them uncertain again.
  wearScheme(button);
  dress(nonce, config.look);
  document.body.append(button);
  return button;
}
