/** The second layer: every category with its trackers, who is responsible, and three equal buttons. */

import { readRecord } from "../after/receipt";
import type { Occasion } from "../choice/draft";
import { RELOAD } from "../choice/steps";
import type { Wish } from "../session";
import type { GateTracker, NoticeDocument } from "../types";
import { actionButton, h, webLink } from "./borrowed";
import type { PartContext } from "./part";
import { type CategorySwitches, makeSwitches, readSwitches } from "./switches";
import { drawTracker } from "./tracker";
import { dayInWords, fill } from "./words";

/** Opens the dialog; does nothing while it is open. A minor sees what there is, and that it is off. */
export function showPreferences(notice: NoticeDocument, context: PartContext, opener: HTMLElement | null): void {
  if (document.querySelector("[data-placet=preferences]")) return;
  const { session } = context;
  const { texts } = notice;
  const shownAt = Date.now();
  const { choice, minor, gpc } = session.state();
  const rules = session.config.trackers;
  const switches = notice.categories.map((own) => makeSwitches(own, choice, rules, notice.choice_per_tracker, minor));
  const accept = actionButton("accept", texts.accept_all);
  const reject = actionButton("reject", texts.reject_all);
  const save = actionButton("save", texts.save);
  const close = actionButton("close", "×", texts.close);
  const alert = h("p", { role: "alert" });

  const dialog = h(
    "dialog",
    {
      "data-placet": "preferences",
      "aria-labelledby": "placet-title",
      lang: notice.lang,
      dir: notice.dir,
    },
    h("div", { "data-head": "1" }, h("h2", { id: "placet-title" }, texts.preferences_title), close),
    h(
      "div",
      { "data-scroll": "1" },
      h("p", {}, minor ? texts.minor : texts.preferences_body),
      session.honoursGpc && h("p", { "data-note": "1" }, texts.gpc),
      ...switches.map((own) => drawCategory(own, texts, notice.lang, gpc, rules)),
      drawResponsible(notice, texts, context),
      alert,
    ),
    !minor && h("div", { "data-buttons": "1" }, accept, reject, save),
  );

  const answer = (method: Occasion["method"], wish: () => Wish) => (event: MouseEvent) => {
    const occasion = context.occasionOf(event, method, 2, shownAt, context.here.after?.looksOf(dialog, accept, reject));
    if (session.choose(wish(), occasion)) dialog.close();
    else alert.textContent = texts.confirm;
    alert.scrollIntoView({ block: "nearest" });
  };
  accept.onclick = answer("preferences:accept-all", () => session.wishFor(true));
  reject.onclick = answer("preferences:reject-all", () => session.wishFor(false));
  save.onclick = answer("preferences:save", () => readSwitches(switches));
  close.onclick = () => dialog.close();
  // Escape closes too; neither changes anything.
  dialog.onclose = () => {
    dialog.remove();
    const back = opener?.isConnected ? opener : document.querySelector<HTMLElement>("[data-placet=reopen]");
    back?.focus();
  };

  // It measures what is answered, and delivers the receipt.
  context.bring("after").catch(() => {});
  context.wearScheme(dialog);
  document.body.append(dialog);
  dialog.showModal();
}

function drawCategory(
  { category, main, own, newer }: CategorySwitches,
  texts: Record<string, string>,
  lang: string,
  gpc: boolean,
  rules: GateTracker[],
): HTMLElement {
  const { id, name, description, required, trackers } = category;
  const count = new Intl.NumberFormat(lang).format(trackers.length);
  return h(
    "section",
    {},
    h(
      "div",
      { "data-row": "1" },
      h("h3", {}, h("label", { for: `placet-${id}` }, name)),
      h("span", { "data-switch": "1" }, required && h("span", { "data-always": "1" }, texts.always_on), main),
    ),
    h("p", { id: `placet-${id}-about` }, description),
    newer && h("p", { "data-note": "1" }, texts.newer),
    trackers.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, trackers.length === 1 ? texts.trackers_one : fill(texts.trackers_many, { count })),
        h(
          "ul",
          {},
          ...trackers.map((tracker) =>
            drawTracker(tracker, texts, lang, {
              isHeldByGpc: gpc && tracker.sale_share,
              reloads: !!rules.find(({ id }) => id === tracker.id)?.stop.includes(RELOAD),
              toggle: own.get(tracker.id),
            }),
          ),
        ),
      ),
  );
}

function drawResponsible(
  { controller, policy_url, lang }: NoticeDocument,
  texts: Record<string, string>,
  { session }: PartContext,
): HTMLElement {
  const { choice } = session.state();
  const id = readRecord(session.config.site)?.previous;
  const contact = (address: string) => webLink(address.replace(/^(?=[^:/]+@)/, "mailto:"), address);
  const line = (term: string, value: Node | string) => h("div", {}, `${term}: `, value);
  const last = [
    choice && fill(texts.last_choice, { date: dayInWords(choice.decided, lang) }),
    choice && id && fill(texts.receipt_id, { id }),
  ].filter((part) => part);
  return h(
    "section",
    {},
    h("h3", {}, texts.responsible),
    h(
      "address",
      {},
      h("div", {}, `${controller.name}, ${controller.address}`),
      line(texts.contact, contact(controller.contact)),
      controller.dpo && line(texts.dpo, contact(controller.dpo)),
      controller.authority && line(texts.authority, webLink(controller.authority.url, controller.authority.name)),
      h("div", {}, webLink(policy_url, texts.policy_link)),
    ),
    last.length > 0 && h("p", { "data-last": "1" }, last.join(" · ")),
  );
}
