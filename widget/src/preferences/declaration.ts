/** The declaration inside a page: what is published, category by category, in every `<div data-placet="declaration">`. */

import type { NoticeDocument } from "../types";
import { h } from "./borrowed";
import type { PartContext } from "./part";
import { drawTracker } from "./tracker";

/** Fills those that are empty of ours or in another language; what a page has put there for visitors without scripts goes. */
export function fillDeclarations(notice: NoticeDocument, { session, wearScheme }: PartContext): void {
  const { texts, lang, dir, categories } = notice;
  for (const place of document.querySelectorAll<HTMLElement>("[data-placet=declaration]")) {
    if (place.dataset.version && place.lang === lang) continue;
    place.lang = lang;
    place.dir = dir;
    place.dataset.version = `${session.config.version}`;
    place.replaceChildren(
      ...categories.map(({ name, description, required, trackers }) =>
        h(
          "section",
          {},
          h("h3", {}, name),
          h("p", {}, description),
          required && h("p", { "data-note": "1" }, texts.always_on),
          h(
            "ul",
            {},
            ...trackers.map((own) =>
              drawTracker(own, texts, lang, { isHeldByGpc: false, reloads: false, toggle: undefined }),
            ),
          ),
        ),
      ),
    );
    wearScheme(place);
  }
}
