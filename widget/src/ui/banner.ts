/** The first layer: who asks, what for, and three equal buttons. A region, not a dialog: the page stays usable. */

import type { Looks } from "../after/looks";
import type { Method, Occasion } from "../choice/draft";
import type { Parts } from "../parts";
import type { Session, Wish } from "../session";
import { actionButton, h } from "./dom";
import { wearScheme } from "./scheme";
import { dress, LAYER } from "./style";

/** What is asked: everything, or only what came later than the visitor's choice. */
export interface Question {
  title: string;
  body: string;
  accept: string;
  reject: string;
  /** The end of the receipt's method. */
  scope: "all" | "new";
  wish(yes: boolean): Wish;
}

/**
 * Puts the banner at the start of the body. `open` opens the preferences and gives focus back to its argument, `confirm`
 * asks for a real click. What `tellIn` says is heard at once.
 */
export function showBanner(
  session: Session,
  question: Question,
  nonce: string | undefined,
  open: (opener: HTMLElement) => void,
  confirm: () => void,
  here: Parts["here"],
): HTMLElement {
  const { config } = session;
  const { texts } = config;
  const shownAt = Date.now();
  const accept = actionButton("accept", question.accept);
  const reject = actionButton("reject", question.reject);
  const settings = actionButton("settings", texts.choose);
  // A name of its own: React takes the first element in the body that is called as it expects for what its server rendered.
  const root = h(
    "placet-banner",
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
      h("h2", {}, question.title),
      h("p", {}, question.body, " ", h("a", { href: config.policy_url }, texts.policy_link)),
      session.honoursGpc && h("p", {}, texts.gpc_status),
      h("p", { role: "alert" }),
    ),
    h("div", { "data-buttons": "1" }, accept, reject, settings),
  );

  const answer = (yes: boolean) => (event: MouseEvent) => {
    const method: Method = `banner:${yes ? "accept" : "reject"}-${question.scope}`;
    const occasion = occasionOf(event, method, 1, shownAt, here.after?.looksOf(root, accept, reject));
    if (!session.makeChoice(question.wish(yes), occasion)) confirm();
  };
  accept.onclick = answer(true);
  reject.onclick = answer(false);
  settings.onclick = () => open(settings);

  wearScheme(root);
  dress(nonce, LAYER, config.look);
  document.body.prepend(root);

  return root;
}

/** Says something in the banner, if it is there. */
export const tellIn = (banner: HTMLElement | undefined, words: string): void => {
  if (banner) banner.querySelector("[role=alert]")!.textContent = words;
};

/**
 * Says how a choice came about in a layer that is drawn, and how that looked, where somebody is here to measure it. Trusted is a
 * real click, and not the second half of a double click: that may have been meant for what stood here before.
 */
export const occasionOf = (
  { isTrusted, detail }: MouseEvent,
  method: Method,
  layer: 1 | 2,
  shownAt: number,
  looks: Looks | undefined,
): Occasion => ({ method, trusted: isTrusted && detail < 2, layer, shownAt, ...looks });
