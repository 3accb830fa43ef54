/** One site's widget on a page: its session by itself, or all of it as the loader starts it. */

import { vi } from "vitest";
import type { After } from "../src/after/part";
import { makeAfter } from "../src/after/part";
import type { LoadPart, PartName } from "../src/parts";
import { makePart } from "../src/preferences/part";
import { startSession } from "../src/session";
import { start } from "../src/start";
import type { LoaderConfig } from "../src/types";
import { makeConfig, makeLoaderConfig, makeNotice, nextFrame } from "./support";

/** Starts a session; what it has done afterwards is only noted. */
export function openSession(config = makeConfig(), minor = false) {
  const after = {
    deliver: vi.fn<After["deliver"]>(),
    forget: vi.fn<After["forget"]>(),
    tidy: vi.fn<After["tidy"]>(),
    tellGpc: vi.fn<After["tellGpc"]>(),
    tell: vi.fn<After["tell"]>(),
    looksOf: vi.fn<After["looksOf"]>(),
    keepEqual: vi.fn<After["keepEqual"]>(),
    unequal: [],
  };
  const changed = vi.fn();
  const session = startSession(config, minor, changed, vi.fn(), (work) => work(after));
  return { session, after, changed };
}

interface Options {
  minor?: boolean;
  isStrict?: boolean;
  notice?: ReturnType<typeof makeNotice>;
  /** Otherwise parts arrive at once. */
  load?: LoadPart;
  /** Nobody points at anything yet. */
  isStill?: boolean;
}

/** As when somebody's pointer moves over the page. */
export const point = () => document.dispatchEvent(new Event("pointerover", { bubbles: true }));

/** Starts everything, lets the first frame be drawn and somebody point at it. `asked`: the parts that have been asked for. */
export async function openPage(changes: Partial<LoaderConfig> = {}, options: Options = {}) {
  const { minor = false, isStrict = false, notice = makeNotice() } = options;
  const asked: PartName[] = [];
  const arriveAtOnce: LoadPart = (name, _fail, arrive) => {
    if (name === "after") arrive(name, makeAfter);
    else arrive(name, (context) => makePart(notice, context));
  };
  const api = start(makeLoaderConfig(changes), {
    minor,
    isStrict,
    load: (name, fail, arrive) => {
      asked.push(name);
      (options.load || arriveAtOnce)(name, fail, arrive);
    },
  });
  await nextFrame();
  if (!options.isStill) point();
  return { api, asked };
}

/** Trackers of the loader's config, some of them changed. */
export const changedTrackers = (changes: Record<string, object>): LoaderConfig["trackers"] =>
  makeLoaderConfig().trackers.map((own) => ({ ...own, ...changes[own.id] }));

export const get = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector);

/** A click as only the visitor can make it; `detail` 2: the second half of a double click. */
export function click(target: string | Element, isTrusted = true, detail = 1): void {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, detail });
  Object.defineProperty(event, "isTrusted", { value: isTrusted });
  (typeof target === "string" ? document.querySelector(target)! : target).dispatchEvent(event);
}

/** The browser's Global Privacy Control is on. */
export const switchGpcOn = () =>
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { globalPrivacyControl: true }));

/** Whether the browser says that the visitor has just acted. */
export const setActive = (isActive: boolean) =>
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { userActivation: { isActive } }));
