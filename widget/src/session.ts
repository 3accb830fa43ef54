/** One visitor on one page of one site: the choice in force, how it changes, and who hears of it. */

import type { After } from "./after/part";
import { attempt, tryStorage } from "./attempt";
import { type Draft, keepDraft, type Occasion, readQueue } from "./choice/draft";
import { writeChoice } from "./choice/write";
import { type StartedGate, startGate, today } from "./gate";
import { type Choice, formatChoice, grants, parseChoice } from "./gate/choice";
import { readChoice, storeName } from "./gate/store";
import { tellPage } from "./signals/page";
import type { GateTracker, WidgetConfig } from "./types";

/** What the visitor wants, by category and tracker id. What is not named follows its category, else stays as it is. */
export type Wish = Record<string, boolean>;

/** What the page is told: docs/widget.md, "For the page". */
export interface State {
  site: string;
  /** The choice in force, or null. */
  choice: Choice | null;
  /** Ids of the trackers that may load now. */
  allowed: string[];
  regime: string;
  /** Whether the browser's Global Privacy Control is on. */
  gpc: boolean;
  minor: boolean;
}

export interface Session
  extends Pick<StartedGate, "allows" | "allowOnce" | "behind" | "inForce" | "parked" | "reasons"> {
  config: WidgetConfig;
  state(): State;
  /**
   * Stores and obeys a choice, hands its receipt on (of `erase` there is none). False: a yes that no real click gave; nothing
   * has changed.
   */
  makeChoice(wish: Wish, occasion: Occasion): boolean;
  /** Says whether the visitor is a minor: nothing optional, whatever was chosen; an earlier yes is taken back. */
  setMinor(on: boolean): void;
  /** The wish for all or for nothing. */
  wishFor(yes: boolean): Wish;
  /** Drafts the receipt of a choice and has it delivered. */
  draft(granted: string[], differs: string[], occasion: Occasion): void;
  /** Where it is kept for which trackers this page has just been loaded again. */
  reloadKey: string;
  /** Whether Global Privacy Control holds something here. */
  honoursGpc: boolean;
  /** What may only happen once the page is shown: takes a minor's yes back, says that the signal was heard. */
  begin(): void;
  /**
   * Somebody may be here: from now on hears at once of choices made in other tabs, and now of those made since the page was
   * loaded; sends what waits to be sent; clears what held trackers left behind on earlier pages. Says whether a withdrawal
   * has had this page loaded again. Twice is as good as once.
   */
  attend(): boolean | undefined;
}

/**
 * Starts the gate with the kept choice. `changed` is called after every change, also one made in another tab; `noticed`
 * when something may have been held in the page; `after` has the part of that name do something, at once when it is here.
 */
export function startSession(
  config: WidgetConfig,
  minor: boolean,
  changed: () => void,
  noticed: () => void,
  after: (work: (part: After) => void) => void,
): Session {
  const {
    site,
    trackers,
    categories: ids,
    lifetimes,
    version,
    regime,
    sha256,
    notice,
    widget,
    shown,
    choice_per_tracker,
  } = config;
  const name = storeName(site);
  const reloadKey = `${name}_reloaded`;
  const gate = startGate(config, minor, noticed);
  const { gpc, inForce, allows } = gate;
  let channel: BroadcastChannel | undefined;
  /** Drafts that storage does not take. */
  const outbox: Draft[] = [];
  const state = (): State => ({
    site,
    choice: inForce(),
    allowed: trackers.map(({ id }) => id).filter(allows),
    regime,
    gpc,
    minor: gate.minor,
  });

  const tidy = (withdrawn: GateTracker[]) => after((part) => attempt(() => part.tidy(withdrawn)));
  // What a held tracker left behind earlier, or wrote once more after it was stopped, goes on the next page.
  let names: string | undefined;
  const clearLeft = () => {
    const held = trackers.filter(({ id }) => !allows(id));
    const left = held.flatMap(({ storage }) => storage);
    // Asking a storage takes the browser's other process: once, and only where there is something to look for.
    if (held[0]) names = tryStorage(() => document.cookie + Object.keys(localStorage) + Object.keys(sessionStorage));
    // Where a storage does not let itself be read, and in databases, the part finds out.
    if (left.some((item) => item[0] === "i" || names?.includes(item.replace("*", "").split(" ")[1]) !== false))
      tidy([]);
  };

  const obey = (keepsOnce?: boolean) => {
    const withdrawn = attempt(() => gate.obey(gate.reasons(), keepsOnce)) || [];
    // Held already: what is still sent goes nowhere.
    if (withdrawn[0]) {
      tidy(withdrawn);
      tellPage("withdrawn", { site, ids: withdrawn.map(({ id }) => id) });
    }
    attempt(changed);
    tellPage("change", state());
  };

  const write = (choice: Choice | null) => choice && formatChoice(choice);
  // Other tabs, and this page when it comes back or is seen again, obey as well.
  const hear = (choice: Choice | null) => {
    if (!choice || write(choice) === write(gate.keptChoice)) return;
    gate.keptChoice = choice;
    obey();
  };
  // Only what is new there is heard: where storage takes nothing any more, what stands in it is not the last word.
  let seen = write(gate.keptChoice);
  const look = () => {
    const found = readChoice(site);
    if (write(found) !== seen) hear(found);
    seen = write(found);
    post();
  };
  document.addEventListener("visibilitychange", look);
  const open = () => (channel ||= new BroadcastChannel(name));
  const attend = () => {
    tryStorage(() => {
      open().onmessage = ({ data }) => hear(parseChoice(data));
    });
    look();
    if (!names) clearLeft();
    return names?.includes(reloadKey);
  };

  const isGrant = (choice: Choice) => !!choice.granted[0] || trackers.some((own) => grants(choice, own));

  const makeChoice = (wish: Wish, occasion: Occasion): boolean => {
    const before = inForce();
    const decided = today();
    const granted = ids.filter((id) => id !== "necessary" && (wish[id] ?? before?.granted.includes(id)));
    // What came later than the yes is not carried along by a wish for something else, nor is a yes to a single tracker
    // where the site offers none any more.
    const had = (own: GateTracker) =>
      !!before && grants(before, own) && (own.model === "optout" || before.version >= own.since);
    const wants = (own: GateTracker) => wish[own.id] ?? wish[own.category] ?? had(own);
    const differs = trackers
      .filter((own) => {
        const isGranted = granted.includes(own.category);
        return own.category !== "necessary" && (isGranted ? !wants(own) : choice_per_tracker && wants(own));
      })
      .map(({ id }) => id);
    const choice: Choice = { version, granted, differs, decided, expires: 0 };
    const isYes = isGrant(choice);
    const { trusted } = occasion;
    const isNew = () =>
      granted.some((id) => !before?.granted.includes(id)) || trackers.some((own) => grants(choice, own) && !had(own));
    if (gate.minor ? isYes : !trusted && isNew()) return false;
    // What stays granted beside a no that nobody clicked lasts no longer for it.
    choice.expires = isYes && !trusted ? before!.expires : decided + (isYes ? lifetimes.granted : lifetimes.refused);
    gate.keptChoice = choice;
    writeChoice(config, choice, Date.now());
    obey(occasion.method === "placeholder:allow");
    tryStorage(() => open().postMessage(formatChoice(choice)));
    if (occasion.method !== "erase") draft(granted, differs, occasion);
    return true;
  };

  /** Delivers what waits; `draft` first joins it. */
  const post = (draft?: Draft) => {
    if (draft && !keepDraft(site, draft)) outbox.push(draft);
    if (outbox[0] || readQueue(site)[0]) after((part) => part.deliver(outbox.splice(0), !!draft));
  };
  const draft = (granted: string[], differs: string[], { shownAt, ...occasion }: Occasion) =>
    attempt(() => {
      const now = Date.now();
      post({
        ...occasion,
        choices: Object.fromEntries(ids.map((id) => [id, id === "necessary" || granted.includes(id)])),
        trackers: Object.fromEntries(
          trackers
            .filter(({ id }) => differs.includes(id))
            .map(({ id, category }) => [id, !granted.includes(category)]),
        ),
        config: { version, sha256 },
        notice,
        widget,
        gpc,
        layout: occasion.layer && config.layout,
        viewport: innerWidth,
        shown_at: shownAt || now,
        decided_at: now,
        shown,
      });
    });

  const wishFor = (yes: boolean): Wish => Object.fromEntries(ids.map((id) => [id, yes]));
  const setMinor = (on: boolean) => {
    gate.minor = on;
    const before = inForce();
    if (on && before && isGrant(before)) makeChoice(wishFor(false), { method: "minor", trusted: false });
    else obey();
  };
  const honoursGpc = gpc && trackers.some(({ sale_share, model }) => sale_share && model !== "none");

  return {
    ...gate,
    config,
    honoursGpc,
    reloadKey,
    wishFor,
    state,
    makeChoice,
    draft,
    setMinor,
    attend,
    begin: () => {
      if (gate.minor) setMinor(true);
      // The signal is an opt-out by law here: said once per browser, and it changes no choice.
      if (honoursGpc && config.gpc === "legal_optout") after((part) => part.tellGpc());
    },
  };
}
