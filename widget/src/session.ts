/** One visitor on one page of one site: the choice in force, how it changes, and who hears of it. */

import { attempt, say, tryStorage } from "./attempt";
import { type Choice, formatChoice, grants, parseChoice } from "./gate/choice";
import { decide, lapseOf } from "./gate/decide";
import { createGate } from "./gate/gate";
import { createStore, DAY_MS } from "./gate/store";
import { createQueue } from "./receipts/queue";
import { makeReceipt, type Occasion } from "./receipts/receipt";
import { tellPage } from "./signals/page";
import type { WidgetConfig } from "./types";

/** What the visitor wants: categories granted, in the config's order, and trackers that differ from their category. */
export interface Wish {
  granted: string[];
  differs: string[];
}

export const NOTHING: Wish = { granted: [], differs: [] };

export interface Session {
  config: WidgetConfig;
  gpc: boolean;
  minor: boolean;
  /** Whether a tracker or a category may load now. */
  allows(id: string): boolean;
  /** The choice in force, or null when there is none. */
  choice(): Choice | null;
  /** Stores and obeys a choice, posts its receipt. False: a yes that no real click gave; nothing has changed. */
  choose(wish: Wish, occasion: Occasion): boolean;
}

/** Starts the gate with the kept choice. `changed` is called after every change, also one made in another tab. */
export function startSession(config: WidgetConfig, minor: boolean, changed: () => void): Session {
  const { site, trackers, lifetimes, version } = config;
  const name = `placet_${site}`;
  const nativeFetch = window.fetch.bind(window);
  const gpc = (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true;
  const store = createStore(config);
  const memory = {};
  let kept = store.read();

  const today = () => Math.floor(Date.now() / DAY_MS);
  const inForce = () => (lapseOf(config, kept, today()) ? null : kept);
  const verdicts = () => decide(config, kept, { today: today(), gpc, minor });
  const gate = createGate(
    config,
    verdicts(),
    (id) => id === "necessary" || (!minor && !!inForce()?.granted.includes(id)),
  );
  const queue = createQueue(site, config.api, nativeFetch);

  const obey = (choice: Choice) => {
    kept = choice;
    const withdrawn = attempt(() => gate.obey(verdicts()));
    attempt(changed);
    if (withdrawn?.length) tellPage("withdrawn", { site, ids: withdrawn });
    const allowed = trackers.map(({ id }) => id).filter(gate.allows);
    tellPage("change", { site, choice: inForce(), allowed });
  };

  // Other tabs, and this page when it comes back from the browser's cache, obey as well.
  const hear = (choice: Choice | null) => {
    if (choice && (!kept || formatChoice(choice) !== formatChoice(kept))) obey(choice);
  };
  addEventListener("storage", ({ key, newValue }) => key === name && hear(parseChoice(newValue)));
  addEventListener("pageshow", () => hear(store.read()));

  const post = ({ granted, differs }: Wish, occasion: Occasion) =>
    attempt(() => {
      const choices = config.categories.map(({ id }) => [id, id === "necessary" || granted.includes(id)]);
      const states = trackers
        .filter(({ id }) => differs.includes(id))
        .map(({ id, category }) => [id, !granted.includes(category)]);
      const both = { choices: Object.fromEntries(choices), trackers: Object.fromEntries(states) };
      queue.add(makeReceipt(config, memory, both, occasion, gpc, Date.now()));
    });

  const isGrant = (choice: Choice) => !!choice.granted[0] || trackers.some((tracker) => grants(choice, tracker));
  const choose = (wish: Wish, occasion: Occasion): boolean => {
    const choice: Choice = {
      version,
      granted: wish.granted.filter((id) => id !== "necessary"),
      differs: wish.differs,
      decided: today(),
      expires: 0,
    };
    const isYes = isGrant(choice);
    if (isYes && (minor || !occasion.trusted)) {
      say("a yes needs a real click");
      return false;
    }
    choice.expires = choice.decided + (isYes ? lifetimes.granted : lifetimes.refused);
    store.write(choice, Date.now());
    obey(choice);
    post(choice, occasion);
    return true;
  };

  const before = inForce();
  if (minor && before && isGrant(before)) choose(NOTHING, { method: "minor", trusted: false });
  // The signal is an opt-out by law here: said once per browser, and it changes no choice.
  if (gpc && config.gpc === "legal_optout" && trackers.some(({ sale_share }) => sale_share)) {
    tryStorage(() => {
      if (localStorage.getItem(`${name}_gpc`)) return;
      localStorage.setItem(`${name}_gpc`, "1");
      post(NOTHING, { method: "gpc", trusted: false });
    });
  }
  queue.deliver();

  return { config, gpc, minor, allows: gate.allows, choice: inForce, choose };
}
