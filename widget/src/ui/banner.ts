/** The first layer: who asks, what for, and three equal buttons. A region, not a dialog: the page stays usable. */

import type { Method, Occasion } from "../receipts/receipt";
import type { Session } from "../session";
import { actionButton, h, webLink } from "./dom";
import { schemeOf, wearScheme } from "./scheme";
import { dress } from "./style";

export interface Banner {
  remove(): void;
  /** Says that the preferences could not be loaded. */
  fail(): void;
}

/** Puts the banner at the start of the body. `open` opens the preferences and gives focus back to its argument. */
export function showBanner(session: Session, nonce: string | undefined, open: (opener: HTMLElement) => void): Banner {
  const { config } = session;
  const { texts } = config;
  const shownAt = Date.now();
  const accept = actionButton("accept", texts.accept_all);
  const reject = actionButton("reject", texts.reject_all);
  const settings = actionButton("settings", texts.choose);
  const failure = h("p", { role: "alert" });
  const root = h(
    "div",
    {
      "data-placet": "banner",
      "data-layout": config.layout,
      role: "region",
      "aria-label": texts.label,
      lang: config.lang,
      dir: config.dir,
    },
    h(
      "div",
      {},
      h("h2", {}, texts.title),
      h("p", {}, texts.body, " ", webLink(config.policy_url, texts.policy_link)),
      session.gpc && config.trackers.some(({ sale_share }) => sale_share) && h("p", {}, texts.gpc),
      failure,
    ),
    h("div", { "data-buttons": "1" }, accept, reject, settings),
  );

  const answer = (granted: string[], method: Method) => (event: MouseEvent) =>
    session.choose({ granted, differs: [] }, occasionOf(event, method, 1, shownAt, root, accept, reject));
  accept.onclick = answer(
    config.categories.map(({ id }) => id),
    "banner:accept-all",
  );
  reject.onclick = answer([], "banner:reject-all");
  settings.onclick = () => open(settings);

  dress(nonce);
  wearScheme(root);
  document.body.prepend(root);

  return {
    remove: () => root.remove(),
    fail: () => {
      failure.textContent = texts.load_failed;
    },
  };
}

/**
 * Says how a choice came about in a layer that is drawn. Trusted is a real click, and not the second half of a double
 * click: that may have been meant for what stood here before.
 */
export const occasionOf = (
  { isTrusted, detail }: MouseEvent,
  method: Method,
  layer: 1 | 2,
  shownAt: number,
  root: HTMLElement,
  accept: HTMLElement,
  reject: HTMLElement,
): Occasion => ({
  method,
  trusted: isTrusted && detail < 2,
  layer,
  shownAt,
  scheme: schemeOf(root),
  equality: areEqual(accept, reject),
});

/** Measures whether two buttons are as drawn the same size, weight and colours; kept in the receipt. */
function areEqual(a: HTMLElement, b: HTMLElement): boolean {
  const [first, second] = [getComputedStyle(a), getComputedStyle(b)];
  const looks = ["color", "backgroundColor", "borderColor", "fontSize", "fontWeight"] as const;
  return (
    Math.abs(a.offsetWidth - b.offsetWidth) < 2 &&
    Math.abs(a.offsetHeight - b.offsetHeight) < 2 &&
    looks.every((look) => first[look] === second[look])
  );
}
