/** What stands beside a frame that is held: who it is, what it would store, and how to let it in once or always. */

import { tellPage } from "../signals/page";
import type { NoticeDocument, NoticeTracker } from "../types";
import { actionButton, h } from "./borrowed";
import { heldFrames } from "./frames";
import type { PartContext } from "./part";
import { fill, longestLifetime } from "./words";

export interface Placeholders {
  /** Puts one beside everything that is held and can be seen, and takes away those that have had their time. */
  tend(): void;
}

/** Too small to be meant for looking at: a counting pixel. */
const isTiny = (frame: Element | null) =>
  !!frame && ["width", "height"].some((side) => +(frame.getAttribute(side) || 9) < 3);

/** `isStrict`: a policy is in the page that only a reload lifts, so that there is no *once*. */
export function createPlaceholders(
  notice: NoticeDocument,
  context: PartContext,
  named: (ids: string[]) => NoticeTracker[],
  isStrict: boolean,
): Placeholders {
  const { session } = context;
  const shown = new Map<Element, HTMLElement>();

  const draw = (element: Element, trackers: NoticeTracker[]): HTMLElement => {
    const { texts, lang, dir, categories, choice_per_tracker } = notice;
    const shownAt = Date.now();
    const { minor, gpc } = session.state();
    const names = trackers.map(({ name }) => name).join(", ");
    const vendors = [...new Set(trackers.map(({ vendor }) => vendor))].join(", ");
    const lifetime = longestLifetime(
      trackers.flatMap(({ storage }) => storage),
      texts,
      lang,
    );
    const ids = trackers.map(({ id }) => id);
    const purposes = categories.filter((own) => own.trackers.some(({ id }) => ids.includes(id)));
    const once = actionButton("once", texts.allow_once);
    const always = actionButton(
      "always",
      choice_per_tracker
        ? texts.allow_always
        : fill(texts.allow_always_in, { purposes: purposes.map(({ name }) => name).join(", ") }),
    );
    const alert = h("p", { role: "alert" });
    const isOffered = !minor && !(gpc && trackers.some(({ sale_share }) => sale_share));
    const root = h(
      "div",
      { "data-placet": "placeholder", role: "group", "aria-label": names, lang, dir },
      h("p", {}, h("b", {}, fill(texts.placeholder, { trackers: names, vendors }))),
      h("p", {}, trackers.map(({ purpose }) => purpose).join(" ")),
      h("p", {}, lifetime ? fill(texts.placeholder_stores, { time: lifetime }) : texts.storage_none),
      !isOffered && h("p", {}, minor ? texts.minor : texts.gpc_held),
      alert,
      isOffered && h("div", { "data-buttons": "1" }, !isStrict && once, always),
    );
    const act = (work: (isTrusted: boolean) => boolean) => (event: MouseEvent) => {
      if (!work(event.isTrusted && event.detail < 2)) {
        alert.textContent = texts.confirm;
        return;
      }
      tend();
      // Where the visitor was is gone: go on with what has come.
      const next = element.isConnected && element.matches("template") ? element.nextElementSibling : element;
      (next as HTMLElement | null)?.focus?.();
    };
    once.onclick = act((isTrusted) => {
      if (isTrusted) {
        session.allowOnce(ids);
        // Nothing was chosen, but more is allowed: no news for those who pass a choice on.
        tellPage("once", session.state());
      }
      return isTrusted;
    });
    always.onclick = act((trusted) => {
      const granted = choice_per_tracker ? ids : purposes.map(({ id }) => id);
      return session.makeChoice(Object.fromEntries(granted.map((id) => [id, true])), {
        method: "placeholder:allow",
        trusted,
        shownAt,
      });
    });
    context.wearScheme(root);
    return root;
  };

  const tend = () => {
    const held = heldFrames(session).filter(
      ([element, , frame]) =>
        element.getAttribute("data-placeholder") !== "none" && !isTiny(frame) && !(frame as HTMLElement | null)?.hidden,
    );
    for (const [element, root] of shown) {
      if (
        held.some(([other]) => other === element) &&
        root.isConnected &&
        root.previousSibling === element &&
        root.lang === notice.lang
      ) {
        continue;
      }
      root.remove();
      element.removeAttribute("data-placet-held");
      shown.delete(element);
    }
    for (const [element, ids] of held) {
      const trackers = named(ids);
      if (shown.has(element) || !trackers[0]) continue;
      const root = draw(element, trackers);
      element.after(root);
      if (!element.matches("template")) element.setAttribute("data-placet-held", "");
      shown.set(element, root);
    }
  };

  return { tend };
}
