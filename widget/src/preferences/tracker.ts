/** One tracker in the second layer: who, why, what, for how long, to whom, and what it stores. */

import type { NoticeTracker } from "../types";
import { h } from "./borrowed";
import { countryName, durationInWords, fill } from "./words";

export interface TrackerState {
  isHeldByGpc: boolean;
  /** Nothing but loading the page again stops it. */
  reloads: boolean;
  /** Its own switch, where there is one. */
  toggle: HTMLElement | undefined;
}

export function drawTracker(
  tracker: NoticeTracker,
  texts: Record<string, string>,
  lang: string,
  { isHeldByGpc, reloads, toggle }: TrackerState,
): HTMLElement {
  const lasting = (lifetime: string) => texts[`lifetime_${lifetime}`] || durationInWords(lifetime, lang);
  const row = (term: string, ...values: string[]) =>
    h("div", {}, h("dt", {}, term), ...values.map((v) => h("dd", {}, v)));
  const notes = [
    tracker.sale_share && texts.sale_share,
    tracker.kind === "server" && texts.kind_server_note,
    tracker.kind === "declared" && texts.kind_declared_note,
    isHeldByGpc && texts.gpc_held,
    reloads && texts.stop_reloads,
  ];
  const recipients = tracker.recipients.map(({ name, country, role, safeguard }) =>
    [name, countryName(country, lang), texts[`role_${role}`], safeguard].filter((part) => part).join(" · "),
  );
  const stored = tracker.storage.map(({ name, kind, lifetime }) =>
    [name, texts[`kind_${kind}`], lasting(lifetime)].join(" · "),
  );
  return h(
    "li",
    {},
    h("div", { "data-row": "1" }, h("h4", {}, tracker.name), toggle),
    h(
      "dl",
      {},
      row(texts.vendor, tracker.vendor),
      row(texts.purpose, tracker.purpose),
      row(texts.legal_basis, texts[`basis_${tracker.legal_basis}`]),
      tracker.data.length > 0 &&
        row(
          texts.data,
          ...tracker.data.map(
            ({ name, retention }) => `${name} · ${fill(texts.kept_for, { time: lasting(retention) })}`,
          ),
        ),
      recipients.length > 0 && row(texts.recipients, ...recipients),
      row(texts.storage, ...(stored.length ? stored : [texts.storage_none])),
    ),
    ...notes.map((note) => note && h("p", { "data-note": "1" }, note)),
  );
}
