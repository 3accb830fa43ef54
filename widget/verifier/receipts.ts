/** The receipts of a bundle, some at a time; each with who says what in it, and the banner as it was shown. */

import { drawBanner, undrawable } from "./banner";
import { byId, h } from "./dom";
import type { Answer, FoundReceipt, Pieces, Task } from "./engine";
import { CHECKED, CLAIMED, KNOWN } from "./fields";
import { type Fields, isObject, type Json } from "./json";
import type { Failure } from "./report";

const TABLES = [
  ["Claimed by the browser", "The server signed that this was claimed, not that it is so.", CLAIMED],
  ["Checked", "Claimed by the browser, and refused unless this server had published exactly that.", CHECKED],
  ["Known to the server", "By its own clock, keys and rules.", KNOWN],
] as const;

const words = (value: Json | undefined): string =>
  value === undefined ? "not there" : typeof value === "string" ? value : JSON.stringify(value);

/** Says in few words what was chosen; what was taken over from another tool was no answer to this question. */
function choiceOf({ choices, taken_over }: Fields): string {
  if (!isObject(choices)) return "";
  const granted = Object.keys(choices).filter((name) => name !== "necessary" && choices[name] === true);
  const said = granted.length ? `yes to ${granted.join(", ")}` : "no to everything";
  return isObject(taken_over) ? `${said}, claimed as taken over from ${words(taken_over.from)}` : said;
}

/** The one field that stands only in some receipts is not missed in the others. */
const shown = (fields: readonly string[], payload: Fields): string[] =>
  fields.filter((name) => name !== "taken_over" || name in payload);

export class Receipts {
  private readonly begins: number[] = [0];
  private last = -1;
  private readonly slots = new Map<number, HTMLElement>();

  constructor(
    private readonly failures: Failure[],
    private readonly ask: (task: Task) => void,
  ) {
    byId("search").onsubmit = (event) => {
      event.preventDefault();
      const wanted = byId<HTMLInputElement>("wanted").value.trim().toLowerCase();
      this.begins.splice(0, this.begins.length, /^\d+$/.test(wanted) ? Number(wanted) : 0);
      this.find(wanted === "" || /^\d+$/.test(wanted) ? null : wanted);
    };
    byId("next").onclick = () => {
      this.begins.push(this.last + 1);
      this.find(null);
    };
    byId("previous").onclick = () => {
      this.begins.pop();
      this.find(null);
    };
    this.find(null);
  }

  /** Takes an answer of the engine's. */
  hear(answer: Answer): void {
    if (answer.is === "found") this.show(answer.receipts, answer.more);
    if (answer.is === "pieces") this.fill(answer.index, answer.pieces);
    if (answer.is === "undrawable")
      this.slots.get(answer.index)?.replaceChildren(h("p", {}, `Not drawn: ${answer.why}.`));
  }

  private find(id: string | null): void {
    this.ask({ do: "find", from: this.begins.at(-1)!, id });
  }

  private show(receipts: FoundReceipt[], more: boolean): void {
    this.slots.clear();
    this.last = receipts.at(-1)?.index ?? -1;
    byId<HTMLButtonElement>("next").disabled = !more;
    byId<HTMLButtonElement>("previous").disabled = this.begins.length < 2;
    const nothing = h("p", {}, "There is no such receipt in this bundle.");
    byId("receipts").replaceChildren(...(receipts.length ? receipts.map((one) => this.draw(one)) : [nothing]));
  }

  private draw({ index, payload }: FoundReceipt): HTMLElement {
    const own = this.failures.filter((failure) => failure.index === index);
    const mark = own.length ? h("strong", { class: "bad" }, " does not verify") : null;
    if (!payload) return h("p", {}, `${index}: it cannot be read.`, mark);
    const heading = [`${index}`, payload.received_at, payload.event, payload.method, choiceOf(payload)].map(words);
    const details = h("details", { "data-index": `${index}` }, h("summary", {}, heading.join(" · "), mark));
    details.ontoggle = () => {
      if (details.childElementCount === 1) details.append(...this.open(index, payload, own));
    };
    return details;
  }

  private open(index: number, payload: Fields, own: Failure[]): HTMLElement[] {
    const slot = h("div", { class: "slot" });
    this.slots.set(index, slot);
    const button = h("button", { type: "button" }, "Draw the banner as it was shown");
    button.onclick = () => {
      const why = undrawable(payload);
      if (why) slot.replaceChildren(h("p", {}, `Not drawn: ${why}.`));
      else this.ask({ do: "draw", index, payload });
    };
    slot.append(button);
    return [
      ...own.map(({ check, message }) => h("p", { class: "bad" }, `${check}: ${message}`)),
      slot,
      ...TABLES.map(([title, about, fields]) =>
        h(
          "section",
          {},
          h("h4", {}, title),
          h("p", {}, about),
          h(
            "dl",
            {},
            ...shown(fields, payload).flatMap((name) => [h("dt", {}, name), h("dd", {}, words(payload[name]))]),
          ),
        ),
      ),
    ];
  }

  private fill(index: number, pieces: Pieces): void {
    this.slots.get(index)?.replaceChildren(drawBanner(pieces));
  }
}
