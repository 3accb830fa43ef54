/** The second layer: every category with its trackers, who is responsible, and three equal buttons. */

import { readRecord } from "../after/receipt";
import type { Occasion } from "../choice/draft";
import { RELOAD } from "../choice/steps";
import type { Wish } from "../session";
import type { GateTracker, NoticeDocument } from "../types";
import { actionButton, h, webLink } from "./borrowed";
import { drawLanguages } from "./language";
import type { PartContext } from "./part";
import { drawRecord } from "./record";
import { type CategorySwitches, makeSwitches, readSwitches, setSwitches } from "./switches";
import { drawTracker } from "./tracker";
import { countInWords, dateInWords, dayInWords, fill } from "./words";

/**
 * Opens the dialog; does nothing while it is open. A minor sees what there is, and that it is off. `wish`: how its switches
 * stand already.
 */
export function showPreferences(
  notice: NoticeDocument,
  context: PartContext,
  opener: HTMLElement | null,
  wish?: Wish,
): HTMLElement | undefined {
  if (document.querySelector("[data-placet=preferences]")) return;
  const { session } = context;
  const { texts, lang } = notice;
  const shownAt = Date.now();
  const { choice, minor, gpc } = session.state();
  const rules = session.config.trackers;
  const switches = notice.categories.map((own) => makeSwitches(own, choice, rules, notice.choice_per_tracker, minor));
  if (wish) setSwitches(switches, wish);
  const accept = actionButton("accept", texts.accept_all);
  const reject = actionButton("reject", texts.reject_all);
  const save = actionButton("save", texts.save);
  const close = actionButton("close", "×", texts.close);
  const alert = h("p", { role: "alert" });
  const { next } = session.config;

  const tell = (words: string) => {
    alert.textContent = words;
    alert.scrollIntoView({ block: "nearest" });
  };
  /** All of it once more, in the language that it has now; what stood switched stays so. */
  const respeak = () => {
    const stood = readSwitches(switches);
    dialog.onclose = null;
    dialog.remove();
    // The first layer asks once more as well, whatever it asks for.
    document.querySelector("[data-placet=banner]")?.remove();
    if (!session.state().choice) context.layers.draw();
    context.layers.lookAround();
    showPreferences(notice, context, opener, stood)?.querySelector<HTMLElement>("select")?.focus();
  };

  const dialog = h(
    "dialog",
    {
      "data-placet": "preferences",
      "aria-labelledby": "placet-title",
      lang,
      dir: notice.dir,
    },
    h("div", { "data-head": "1" }, h("h2", { id: "placet-title" }, texts.preferences_title), close),
    h(
      "div",
      { "data-scroll": "1" },
      drawLanguages(notice, context, respeak, () => tell(texts.failed)),
      h("p", {}, minor ? texts.minor : texts.preferences_body),
      next && texts.upcoming && h("p", { "data-note": "1" }, fill(texts.upcoming, { date: dateInWords(next, lang) })),
      session.honoursGpc && h("p", { "data-note": "1" }, texts.gpc),
      ...switches.map((own) => drawCategory(own, texts, lang, gpc, rules)),
      drawResponsible(
        notice,
        texts,
        context,
        drawRecord(texts, context, () => {
          dialog.close();
          context.use("after", (part) => part.tell(texts.erased, true));
        }),
      ),
      alert,
    ),
    !minor && h("div", { "data-buttons": "1" }, accept, reject, save),
  );

  const answer = (method: Occasion["method"], wish: () => Wish) => (event: MouseEvent) => {
    const occasion = context.occasionOf(event, method, 2, shownAt, context.here.after?.looksOf(dialog, accept, reject));
    if (session.makeChoice(wish(), occasion)) dialog.close();
    else tell(texts.confirm);
  };
  accept.onclick = answer("preferences:accept-all", () => session.wishFor(true));
  reject.onclick = answer("preferences:reject-all", () => session.wishFor(false));
  save.onclick = answer("preferences:save", () => readSwitches(switches));
  close.onclick = () => dialog.close();
  // Escape closes too; neither changes anything.
  dialog.onclose = () => {
    dialog.remove();
    const back = opener?.isConnected
      ? opener
      : document.querySelector<HTMLElement>("[data-placet=reopen],[data-placet=banner] [data-action=settings]");
    back?.focus();
  };

  // It measures what is answered, and delivers the receipt.
  context.use("after", (part) => part.keepEqual(dialog, false));
  context.wearScheme(dialog);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function drawCategory(
  { category, main, own, newer }: CategorySwitches,
  texts: Record<string, string>,
  lang: string,
  gpc: boolean,
  rules: GateTracker[],
): HTMLElement {
  const { id, name, description, required, trackers } = category;
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
        h("summary", {}, countInWords(trackers.length, "trackers", texts, lang)),
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
  record: HTMLElement | false,
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
    record,
  );
}
