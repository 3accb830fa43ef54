/**
 * Takes over what another tool has kept of this visitor's choice, once, before the widget looks for one: docs/import.md. A no
 * is taken wholly. A yes is taken only for trackers which the config says that tool had asked about, and only where nothing
 * else is left to be asked but single trackers; otherwise it is kept as run out, so that the no in it holds and all is asked.
 */

import { tryStorage } from "../attempt";
import { type Draft, keepDraft } from "../choice/draft";
import { writeChoice } from "../choice/write";
import type { Choice } from "../gate/choice";
import { DAY_MS, readChoice, readCookies } from "../gate/store";
import type { WidgetConfig } from "../types";
import { READERS, type Tool } from "./readers";

/** An optional tracker. `names`: under which that tool kept the answer; `late`: it is another by now, no yes is taken. */
export interface Asked {
  id: string;
  category: string;
  names?: string[];
  late?: boolean;
}

/** What the server fills in: `carried` of app/core/take_over.py. `kept`: days; `again`: choices of before are asked again. */
export interface TakeOver
  extends Pick<
    WidgetConfig,
    "site" | "version" | "sha256" | "notice" | "widget" | "shown" | "lifetimes" | "cookie_domain" | "categories"
  > {
  from: Tool;
  name: string;
  kept: number | null;
  remove: boolean;
  again: boolean;
  trackers: Asked[];
}

/** Characters, as the server counts them; half a one could not be signed. */
const MAX_VALUE = 1000;

/** `minor`: of a minor no yes counts, so nothing is read. */
export function takeOver(take: TakeOver, minor: boolean): void {
  const { site, from, name, lifetimes, version, sha256, notice, widget, shown, trackers } = take;
  if (minor || readChoice(site)) return;
  const kept = [...readCookies(`(?:^|; )${literal(name)}`), tryStorage(() => localStorage.getItem(name))];
  const before = kept
    .map((text) => text && tryStorage(() => READERS[from](text, readCookies)))
    .find((found) => !!found);
  if (!before) return;

  const now = Date.now();
  const today = Math.floor(now / DAY_MS);
  const said = ({ names }: Asked) => !!names?.every((own) => before.granted.includes(own));
  const isYes = (own: Asked) => said(own) && !own.late;
  const granted = take.categories.filter((id) => trackers.some((own) => own.category === id && isYes(own)));
  const isRefusal = !trackers.some(said);

  // A time to come was made under a wrong clock: as good as none.
  const at = before.at && before.at <= now ? before.at : undefined;
  const days = isRefusal ? lifetimes.refused : lifetimes.granted;
  const decided = at ? Math.floor(at / DAY_MS) : today - (isRefusal ? 0 : (take.kept ?? days));
  /** Whether another tool's answer says something about a tracker that may still be relied on. */
  const isAnswered = (own: Asked) => own.names && (isYes(own) || !said(own));
  const isWhole = trackers.every(({ category }) =>
    trackers.some((own) => own.category === category && isAnswered(own)),
  );
  const isInForce = decided + days > today && (isRefusal || (isWhole && !take.again));

  const choice: Choice = {
    version: isRefusal ? version : 0,
    granted,
    differs: trackers.filter((own) => granted.includes(own.category) && own.names && !said(own)).map(({ id }) => id),
    decided,
    expires: isInForce ? decided + days : Math.min(decided + days, today),
  };
  const draft: Draft = {
    method: "takeover",
    trusted: false,
    choices: Object.fromEntries(take.categories.map((id) => [id, id === "necessary" || granted.includes(id)])),
    trackers: Object.fromEntries(
      trackers.filter((own) => granted.includes(own.category) && !isYes(own)).map(({ id }) => [id, false]),
    ),
    config: { version, sha256 },
    notice,
    widget,
    gpc: (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true,
    viewport: innerWidth,
    shown_at: now,
    decided_at: now,
    shown,
    taken_over: {
      from,
      decided_at: at ? new Date(at).toISOString() : null,
      value: isRefusal ? null : [...before.value].slice(0, MAX_VALUE).join(""),
    },
  };
  // No yes without its receipt; a no holds whether or not it can be told.
  if (isInForce && !keepDraft(site, draft) && !isRefusal) return;
  writeChoice(take as unknown as WidgetConfig, choice, now);
  if (take.remove) remove(name);
}

/** As a pattern that matches just that. */
const literal = (text: string) => text.replace(/[^\w-]/g, "\\$&");

/** Deletes what the other tool had kept, on this host and its parent domains. */
function remove(name: string): void {
  tryStorage(() => localStorage.removeItem(name));
  tryStorage(() => {
    const labels = location.hostname.split(".");
    for (const domain of ["", ...labels.map((_, index) => `;Domain=${labels.slice(index).join(".")}`)]) {
      // biome-ignore lint/suspicious/noDocumentCookie: the other way is asynchronous and not everywhere
      document.cookie = `${name}=;Path=/;Max-Age=0${domain}`;
    }
  });
}
