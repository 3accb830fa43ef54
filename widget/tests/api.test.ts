/** `window.placet`: docs/widget.md, "For the page". */

import { expect, test, vi } from "vitest";
import type { PlacetApi } from "../src/api";
import type { State } from "../src/session";
import { start } from "../src/start";
import { posted, usePages } from "./page";
import { changedTrackers, get, openPage, setActive } from "./sites";
import { ALL, ANALYTICS, hush, makeLoaderConfig, NAME, NOTHING, nextFrame, SITE, settle } from "./support";

usePages();

const page = window as { placet?: PlacetApi };
const kept = () => localStorage.getItem(NAME);
const preferences = () => get("[data-placet=preferences]");

test("the object is there as soon as the script has run, and the page is told", async () => {
  const told = vi.fn();
  document.addEventListener("placet:ready", ({ detail }: CustomEventInit) => told(detail, page.placet?.site));
  const { api } = await openPage();
  expect(page.placet).toBe(api);
  expect(api.site).toBe(SITE);
  expect(told).toHaveBeenCalledExactlyOnceWith(api.get(), SITE);
  expect(await api.ready).toBe(api);
});

test("`get` and `allows` say how things stand", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  const { api } = await openPage();
  expect(api.get()).toEqual({
    site: SITE,
    choice: { version: 3, granted: ["analytics"], differs: [], decided: 20779, expires: 20959 },
    allowed: ["sign-in", "cookie-choice", "payment", "clickstream", "usability-survey", "activity-log"],
    regime: "eu",
    gpc: false,
    minor: false,
  });
  const ids = ["clickstream", "analytics", "activity-log", "advertising", "marketing", "necessary", "unknown"];
  expect(ids.filter(api.allows)).toEqual(["clickstream", "analytics", "activity-log", "necessary"]);
});

test("`onChange` tells at once how things stand, then every change, until it is ended", async () => {
  const { api } = await openPage();
  const heard: (State["choice"] | undefined)[] = [];
  const off = api.onChange(({ choice }) => heard.push(choice));
  expect(heard).toEqual([null]);
  api.reject();
  expect(heard[1]).toMatchObject({ granted: [] });
  off();
  api.reject();
  expect(heard).toHaveLength(2);
});

test("a callback that throws is one line, and the others still hear", async () => {
  const warn = hush();
  const { api } = await openPage();
  api.onChange(() => {
    throw new Error("the page's own");
  });
  const heard = vi.fn();
  api.onChange(heard);
  api.reject();
  expect(heard).toHaveBeenCalledTimes(2);
  expect(warn).toHaveBeenCalledTimes(2);
});

test("`show` opens the preferences", async () => {
  const { api } = await openPage();
  api.show();
  await settle();
  expect(preferences()).not.toBeNull();
  expect(document.querySelectorAll("[data-placet=preferences]")).toHaveLength(1);
  api.show();
  await settle();
  expect(document.querySelectorAll("[data-placet=preferences]")).toHaveLength(1);
});

test.each([
  ["accept", (api: PlacetApi) => api.accept(), ALL],
  ["set", (api: PlacetApi) => api.set({ analytics: true }), ANALYTICS],
])("`%s` says yes only while the visitor acts; otherwise they are asked to", async (_, say, expected) => {
  const { api } = await openPage();
  expect(say(api)).toBe(false);
  setActive(false);
  expect(say(api)).toBe(false);
  await settle();
  expect(kept()).toBeNull();
  expect(posted()).toEqual([]);
  expect(preferences()).not.toBeNull();
  setActive(true);
  expect(say(api)).toBe(true);
  await settle();
  expect(kept()).toBe(expected);
  expect(posted()).toMatchObject([{ method: "api", trusted: true }]);
  expect(posted()[0]).not.toHaveProperty("layer");
  expect(get("[data-placet=banner]")).toBeNull();
});

test("`set` leaves what it does not name, by category and by tracker", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  setActive(true);
  const { api } = await openPage({ choice_per_tracker: true });
  expect(api.set({ clickstream: false, recording: true })).toBe(true);
  expect(kept()).toBe("1.3.analytics~recording.clickstream.20779.20959");
  expect(api.set({ "compact-view": true })).toBe(true);
  expect(kept()).toBe("1.3.analytics~recording.compact-view~clickstream.20779.20959");
});

test("a no to one thing is obeyed always, too, whatever else has been granted, and makes no yes last longer", async () => {
  localStorage.setItem(NAME, "1.3.analytics~recording.-.20770.20950");
  const { api } = await openPage({ choice_per_tracker: true });
  expect(api.set({ clickstream: false })).toBe(true);
  expect(kept()).toBe("1.3.analytics~recording.clickstream.20779.20950");
  expect(api.set({ recording: false })).toBe(true);
  expect(kept()).toBe("1.3.analytics.clickstream.20779.20950");
  for (const wish of [{ clickstream: true }, { recording: true }, { analytics: true }, { "compact-view": true }]) {
    expect(api.set(wish)).toBe(false);
  }
  expect(kept()).toBe("1.3.analytics.clickstream.20779.20950");
});

test.each([
  ["reject", (api: PlacetApi) => api.reject()],
  ["withdraw", (api: PlacetApi) => api.withdraw()],
  ["set to no", (api: PlacetApi) => api.set({ analytics: false })],
])("`%s` is obeyed always", async (_, say) => {
  localStorage.setItem(NAME, ANALYTICS);
  const { api } = await openPage();
  expect(say(api)).toBe(true);
  await settle();
  expect(kept()).toBe(NOTHING);
  expect(posted()).toMatchObject([{ method: "api", trusted: false, choices: { analytics: false } }]);
  expect(preferences()).toBeNull();
});

test("`check` is a promise of the report", async () => {
  const { api } = await openPage();
  expect(await api.check()).toMatchObject({ embedding: "module", arrived: [], advice: [] });
});

test("a second tag of the site, or of another, gets the object of the first, and one line", async () => {
  const warn = hush();
  const { api } = await openPage();
  const options = { minor: false, isStrict: false, load: () => undefined };
  expect(start(makeLoaderConfig(), options)).toBe(api);
  expect(start(makeLoaderConfig({ site: "s_other" }), options)).toBe(api);
  expect(warn.mock.calls.map(([who]) => who)).toEqual(["placet:", "placet:"]);
  await nextFrame();
  expect(document.querySelectorAll("[data-placet=banner]")).toHaveLength(1);
});

test("an element that happens to be called placet is not taken for it", async () => {
  Object.assign(window, { placet: document.createElement("div") });
  const { api } = await openPage();
  expect(page.placet).toBe(api);
});

test("a prerendered page draws and sends nothing before it is shown", async () => {
  localStorage.setItem(`${NAME}_queue`, JSON.stringify([{ choices: {}, trackers: {}, shown_at: 0, decided_at: 0 }]));
  Object.defineProperty(document, "prerendering", { value: true, configurable: true });
  const { api, asked } = await openPage({ trackers: changedTrackers({ clickstream: { stop: ["reload"] } }) });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(page.placet).toBe(api);
  expect(api.allows("clickstream")).toBe(false);
  expect(get("[data-placet]")).toBeNull();
  expect(posted()).toEqual([]);
  expect(asked).toEqual([]);
  Reflect.deleteProperty(document, "prerendering");
  document.dispatchEvent(new Event("prerenderingchange"));
  await nextFrame();
  expect(get("[data-placet=banner]")).not.toBeNull();
  document.dispatchEvent(new Event("pointerover"));
  await settle();
  expect(posted()).toHaveLength(1);
});

test("a minor who is told only in the prerendered page's tag takes a yes back when it is shown", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  Object.defineProperty(document, "prerendering", { value: true, configurable: true });
  const { api } = await openPage({}, { minor: true });
  expect(api.allows("clickstream")).toBe(false);
  expect(kept()).toBe(ANALYTICS);
  Reflect.deleteProperty(document, "prerendering");
  document.dispatchEvent(new Event("prerenderingchange"));
  expect(kept()).toBe(NOTHING);
});
