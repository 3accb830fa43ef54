/** What vendors are told, and when: before anything runs, once per decision, and when a tracker may run. */

import { expect, test, vi } from "vitest";
import type { Signals } from "../src/types";
import { usePages } from "./page";
import { changedTrackers, click, openPage, setActive, switchGpcOn } from "./sites";
import { ALL, ANALYTICS, acknowledge, NAME, NOTHING, settle } from "./support";

usePages();

const CONSENT = '{"ad_storage": "?advertising", "analytics_storage": "?clickstream"}';
const GOOGLE: Signals = {
  default: [`dataLayer.arguments("consent", "default", ${CONSENT})`],
  decision: [`dataLayer.arguments("consent", "update", ${CONSENT})`, 'dataLayer.push({"event": "choice"})'],
};
const denied = { ad_storage: "denied", analytics_storage: "denied" };
const granted = { ad_storage: "granted", analytics_storage: "granted" };

const page = window as unknown as Record<string, never>;
/** What stands in a queue, arguments as arrays. */
const queue = (name = "dataLayer") =>
  ((page[name] || []) as unknown[]).map((item) => (`${item}` === "[object Arguments]" ? Array.from(item as []) : item));
const global = (name: string, value: unknown) => vi.stubGlobal(name, value);
const openTold = (signals: Record<string, Signals>, changes: Record<string, object> = {}) => {
  for (const name of ["dataLayer", "uetq"]) global(name, undefined);
  const own = Object.fromEntries(Object.entries(signals).map(([id, told]) => [id, { ...changes[id], signals: told }]));
  return openPage({ trackers: changedTrackers({ ...changes, ...own }) });
};

test("the default stands before anything that is released, and one update per decision follows", async () => {
  global("seen", []);
  document.body.innerHTML = `<script type="text/plain" data-tracker="clickstream">seen.push(...dataLayer)</script>`;
  document.body.append("");
  const { api } = await openTold({ clickstream: GOOGLE, advertising: GOOGLE });
  expect(queue()).toEqual([["consent", "default", denied]]);
  click("[data-action=accept]");
  await settle();
  expect(queue()).toEqual([["consent", "default", denied], ["consent", "update", granted], { event: "choice" }]);
  api.reject();
  expect(queue().slice(3)).toEqual([["consent", "update", denied], { event: "choice" }]);
});

test("Google's queue gets the object in which a function finds its arguments", async () => {
  await openTold({ clickstream: GOOGLE });
  expect(`${(page.dataLayer as unknown[])[0]}`).toBe("[object Arguments]");
});

test("who comes back with a choice: the default, then what was chosen, at once", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  await openTold({ clickstream: GOOGLE });
  expect(queue()).toEqual([
    ["consent", "default", denied],
    ["consent", "update", { ...denied, analytics_storage: "granted" }],
    { event: "choice" },
  ]);
});

test("where no yes is needed the default says so, and Global Privacy Control takes it back", async () => {
  const trackers = { advertising: { model: "optout" }, clickstream: { model: "optout" } };
  await openTold({ clickstream: GOOGLE }, trackers);
  expect(queue()).toEqual([["consent", "default", granted]]);
});

test("Global Privacy Control is in the default", async () => {
  switchGpcOn();
  await openTold({ clickstream: GOOGLE }, { advertising: { model: "optout" }, clickstream: { model: "optout" } });
  expect(queue()).toEqual([["consent", "default", { ...granted, ad_storage: "denied" }]]);
});

test("an expired no goes on holding where no yes is needed, and vendors hear of it", async () => {
  localStorage.setItem(NAME, NOTHING.replace(/\d+\.\d+$/, "10000.10001"));
  await openTold({ clickstream: GOOGLE }, { advertising: { model: "optout" }, clickstream: { model: "optout" } });
  expect(queue()[1]).toEqual(["consent", "update", denied]);
});

test("an update follows when another tab has decided, and none when nothing is decided", async () => {
  const { api } = await openTold({ clickstream: GOOGLE });
  api.setMinor(false);
  expect(queue()).toHaveLength(1);
  localStorage.setItem(NAME, ALL);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(queue().slice(1)).toEqual([["consent", "update", granted], { event: "choice" }]);
});

test("a minor: everything is denied, by one update", async () => {
  localStorage.setItem(NAME, ALL);
  const { api } = await openTold({ clickstream: GOOGLE });
  expect(queue()[1]).toEqual(["consent", "update", granted]);
  api.setMinor(true);
  expect(queue().slice(3)).toEqual([["consent", "update", denied], { event: "choice" }]);
});

test("a category is granted when all is that loads in the page for it, or by the choice where nothing does", async () => {
  const ask = 'uetq.push("?analytics", "?recording", "?necessary", "?crm-link", "?nobody")';
  localStorage.setItem(NAME, ANALYTICS);
  await openTold({ clickstream: { decision: [ask] } });
  expect(queue("uetq")).toEqual(["granted", "denied", "granted", "denied", "denied"]);
});

test("a queue takes what is pushed as it is pushed", async () => {
  await openTold({ advertising: { default: ['uetq.push("consent", "default", {"ad_storage": "?advertising"})'] } });
  expect(queue("uetq")).toEqual(["consent", "default", { ad_storage: "denied" }]);
});

test("a function is called when its script has come, with what holds then, and once", async () => {
  const call = vi.fn();
  global("clarity", undefined);
  const { api } = await openTold({
    "session-recording": {
      decision: ['clarity("consentv2", {"ad_Storage": "?marketing", "analytics_Storage": "?recording"})'],
    },
  });
  click("[data-action=accept]");
  await settle();
  setActive(true);
  api.set({ marketing: false });
  global("clarity", call);
  document.dispatchEvent(new Event("load"));
  document.dispatchEvent(new Event("load"));
  expect(call.mock.calls).toEqual([["consentv2", { ad_Storage: "denied", analytics_Storage: "granted" }]]);
  api.reject();
  expect(call).toHaveBeenCalledTimes(2);
});

test("a tracker hears of a yes that comes in the page, when it has been released", async () => {
  const optIn = vi.fn();
  global("exampleSdk", { optIn });
  const { api } = await openTold({ clickstream: { granted: ["exampleSdk.optIn()"] } });
  click("[data-action=accept]");
  await settle();
  expect(optIn).toHaveBeenCalledOnce();
  api.reject();
  setActive(true);
  api.accept();
  expect(optIn).toHaveBeenCalledTimes(2);
});

test("who comes with a yes: the tracker hears of it, and when its default is a yes", async () => {
  const optIn = vi.fn();
  global("exampleSdk", { optIn });
  localStorage.setItem(NAME, ALL);
  await openTold({ clickstream: { granted: ["exampleSdk.optIn(1)"] }, payment: { granted: ["exampleSdk.optIn(2)"] } });
  expect(optIn.mock.calls).toEqual([[2], [1]]);
});

test("a yes that is taken back before its script has come is not told", async () => {
  const optIn = vi.fn();
  global("exampleSdk", undefined);
  const { api } = await openTold({ clickstream: { granted: ["exampleSdk.optIn()"] } });
  setActive(true);
  api.accept();
  api.reject();
  global("exampleSdk", { optIn });
  document.dispatchEvent(new Event("load"));
  expect(optIn).not.toHaveBeenCalled();
});

test("a value is set; an error in a vendor's function ends there and nothing is left undone", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const sdk = { consent: "" };
  global("exampleSdk", sdk);
  global("broken", () => {
    throw new Error("a vendor's");
  });
  const { api } = await openTold({ clickstream: { decision: ["broken()", 'exampleSdk.consent = "?clickstream"'] } });
  click("[data-action=accept]");
  await settle();
  expect(sdk.consent).toBe("granted");
  expect(api.allows("clickstream")).toBe(true);
  expect(warn).toHaveBeenCalledOnce();
});

test("a vendor that is told of a no sends nothing more: it is held first", async () => {
  const asked = vi.fn(acknowledge);
  global("fetch", asked);
  const tell = () => void fetch("https://analytics.localhost/last-words").catch(() => {});
  localStorage.setItem(NAME, ALL);
  const { api } = await openTold({ clickstream: { decision: ['exampleSdk.tell("?")'] } });
  global("exampleSdk", { tell });
  api.reject();
  expect(asked.mock.calls.filter(([url]) => `${url}`.includes("last-words"))).toEqual([]);
});

test("a function that the page itself brings is called when the page is whole", async () => {
  const optIn = vi.fn();
  global("exampleSdk", undefined);
  localStorage.setItem(NAME, ALL);
  await openTold({ clickstream: { granted: ["exampleSdk.optIn()"] } });
  global("exampleSdk", { optIn });
  window.dispatchEvent(new Event("load"));
  expect(optIn).toHaveBeenCalledOnce();
});
