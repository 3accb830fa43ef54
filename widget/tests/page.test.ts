/** One site's widget on one page: what is held, released, stopped, drawn and posted. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Occasion } from "../src/receipts/receipt";
import { type Session, startSession } from "../src/session";
import type { WidgetConfig } from "../src/types";
import { createLayers } from "../src/ui/layers";
import { answer, clearBrowser, makeConfig, NAME, NOW, SITE, settle } from "./support";

const CLICK: Occasion = { method: "banner:accept-all", trusted: true, layer: 1, shownAt: NOW };
const sent: Record<string, unknown>[] = [];
const get = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector);
const frame = (id: string) => `<template data-tracker="${id}"><p id="${id}"></p></template>`;

/** Starts the widget as the loader does, but for `window.placet`. */
function open(changes: Partial<WidgetConfig> = {}, minor = false): Session {
  let draw: (() => void) | undefined;
  const session = startSession(makeConfig(changes), minor, () => draw?.());
  draw = createLayers(session, null).draw;
  draw();
  return session;
}

/** A click as only the visitor can make it. */
function click(selector: string, isTrusted = true, detail = 1): void {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, detail });
  Object.defineProperty(event, "isTrusted", { value: isTrusted });
  get(selector)!.dispatchEvent(event);
}

// The gate patches this window for good: the first patch must find what the tests can watch.
const network = vi.fn<typeof fetch>(async (_, init) => {
  const body = JSON.parse(`${init?.body ?? "{}"}`);
  sent.push(body);
  return answer(201, { id: body.id });
});
const nativeFetch = window.fetch;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  clearBrowser();
  sent.length = 0;
  network.mockClear();
  window.fetch = network;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  window.fetch = nativeFetch;
});

test("before a choice nothing optional is allowed and nothing is stored", async () => {
  document.body.innerHTML = frame("clickstream") + frame("payment");
  const session = open();
  await settle();
  expect(session.allows("clickstream")).toBe(false);
  expect(session.allows("unknown")).toBe(false);
  expect(session.allows("necessary")).toBe(true);
  expect(get("p#clickstream")).toBeNull();
  expect(get("p#payment")).not.toBeNull();
  expect(localStorage.length + document.cookie.length).toBe(0);
});

test("what is held without a mark of ours stays held, whatever is granted", async () => {
  document.body.innerHTML = `<template><p id="own"></p></template><script type="text/plain">nothing()</script>`;
  const session = open();
  session.choose({ granted: ["functional", "analytics", "recording", "marketing"], differs: [] }, CLICK);
  await settle();
  expect(get("p#own")).toBeNull();
  expect(document.querySelectorAll("script")).toHaveLength(1);
});

test("the banner is a labelled region at the start of the page with three buttons", () => {
  document.body.innerHTML = "<main></main>";
  open();
  const banner = document.body.firstElementChild!;
  expect(banner.matches("[data-placet=banner][role=region][lang=en]")).toBe(true);
  expect(banner.getAttribute("aria-label")).toBe("Cookie choice");
  const actions = [...banner.querySelectorAll("button")].map((button) => button.dataset.action);
  expect(actions).toEqual(["accept", "reject", "settings"]);
  expect(banner.querySelector("a")?.href).toContain("/privacy");
});

test("accept all: stored, released, told to the page, posted", async () => {
  document.body.innerHTML = frame("clickstream");
  const told = vi.fn();
  document.addEventListener("placet:change", told, { once: true });
  open();
  click("[data-action=accept]");
  await settle();
  expect(localStorage.getItem(NAME)).toBe("1.3.functional~analytics~recording~marketing.-.20779.20959");
  expect(get("p#clickstream")).not.toBeNull();
  expect(told.mock.calls[0][0].detail.allowed).toContain("clickstream");
  expect(get("[data-placet=banner]")).toBeNull();
  expect(get("[data-placet=reopen]")).not.toBeNull();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: "banner:accept-all", trusted: true, layer: 1, config: { version: 3 } });
  expect(sent[0].choices).toEqual({
    necessary: true,
    functional: true,
    analytics: true,
    recording: true,
    marketing: true,
  });
});

test("a made-up click says no, but never yes", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  open();
  click("[data-action=accept]", false);
  expect(get("[data-placet=banner]")).not.toBeNull();
  expect(localStorage.length).toBe(0);
  click("[data-action=reject]", false);
  await settle();
  expect(get("[data-placet=banner]")).toBeNull();
  expect(sent).toMatchObject([{ method: "banner:reject-all", trusted: false }]);
});

test("the second half of a double click, meant for what stood there before, says no yes", () => {
  vi.spyOn(console, "warn").mockReturnValue();
  open();
  click("[data-action=accept]", true, 2);
  expect(localStorage.length).toBe(0);
  click("[data-action=accept]");
  expect(localStorage.getItem(NAME)).not.toBeNull();
});

test("a visitor who has chosen is not asked; one whose choice has run out is", () => {
  localStorage.setItem(NAME, "1.3.-.-.20779.20959");
  open();
  expect(get("[data-placet=banner]")).toBeNull();
  clearBrowser();
  localStorage.setItem(NAME, "1.3.analytics.-.20500.20779");
  expect(open().choice()).toBeNull();
  expect(get("[data-placet=banner]")).not.toBeNull();
});

test("withdrawing stops, deletes, takes out and tells; a new yes starts again", () => {
  document.body.innerHTML = frame("session-recording");
  const stop = vi.fn(() => localStorage.setItem("_xrec_session", "unsent"));
  vi.stubGlobal("exampleRecorder", { stop });
  const session = open();
  const wish = { granted: ["analytics", "recording"], differs: [] };
  session.choose(wish, CLICK);
  expect(get("p#session-recording")).not.toBeNull();
  const told = vi.fn();
  document.addEventListener("placet:withdrawn", told, { once: true });
  session.choose({ granted: ["analytics"], differs: [] }, CLICK);
  expect(stop).toHaveBeenCalledOnce();
  expect(localStorage.getItem("_xrec_session")).toBeNull();
  expect(get("p#session-recording")).toBeNull();
  expect(told.mock.calls[0][0].detail).toEqual({ site: SITE, ids: ["session-recording"] });
  session.choose(wish, CLICK);
  expect(get("p#session-recording")).not.toBeNull();
});

test("a category without a tracker follows the choice alone, and its template goes with it", () => {
  const categories = [...makeConfig().categories, { id: "extras", name: "Extras" }];
  document.body.innerHTML = '<template data-category="extras"><p id="extra"></p></template>';
  const session = open({ categories });
  expect(session.allows("extras")).toBe(false);
  session.choose({ granted: ["extras"], differs: [] }, CLICK);
  expect(get("p#extra")).not.toBeNull();
  session.choose({ granted: [], differs: [] }, CLICK);
  expect(get("p#extra")).toBeNull();
});

test("another tab's choice is obeyed, and posted by nobody again", async () => {
  const session = open();
  session.choose({ granted: ["analytics"], differs: [] }, CLICK);
  await settle();
  sent.length = 0;
  window.dispatchEvent(new StorageEvent("storage", { key: NAME, newValue: "1.3.-.-.20779.20959" }));
  await settle();
  expect(session.allows("clickstream")).toBe(false);
  expect(sent).toEqual([]);
});

test("a minor is not asked, and an earlier yes is withdrawn", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  localStorage.setItem(NAME, "1.3.analytics.-.20779.20959");
  const session = open({}, true);
  await settle();
  expect(get("[data-placet]:not([role=status])")).toBeNull();
  expect(sent).toMatchObject([{ method: "minor", trusted: false }]);
  expect(session.choose({ granted: ["analytics"], differs: [] }, CLICK)).toBe(false);
  expect(session.allows("clickstream")).toBe(false);
});

test("Global Privacy Control holds what is sold, says so, and is posted once where it is an opt-out by law", async () => {
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { globalPrivacyControl: true }));
  const session = open({ gpc: "legal_optout" });
  await settle();
  expect(sent).toMatchObject([{ method: "gpc", gpc: true, choices: { marketing: false } }]);
  expect(get("[data-placet=banner]")?.textContent).toContain("Global Privacy Control");
  session.choose({ granted: ["marketing"], differs: [] }, CLICK);
  expect(session.allows("advertising")).toBe(false);
  open({ gpc: "legal_optout" });
  await settle();
  expect(sent.filter(({ method }) => method === "gpc")).toHaveLength(1);
  vi.unstubAllGlobals();
});
