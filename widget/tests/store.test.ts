import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatChoice, parseChoice, pickChoice } from "../src/gate/choice";
import { createStore } from "../src/gate/store";
import { clearBrowser, makeConfig, makeTracker, NAME, NOW } from "./support";

const chosen = (value: string) => parseChoice(value)!;
const ANALYTICS = "1.3.analytics.-.20779.20959";
const NOTHING = "1.3.-.-.20779.20959";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  clearBrowser();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a choice is kept in the cookie and in its mirror", () => {
  createStore(makeConfig()).write(chosen(ANALYTICS), NOW);
  expect(document.cookie).toContain(`${NAME}=${ANALYTICS}`);
  expect(localStorage.getItem(NAME)).toBe(ANALYTICS);
});

test("either of the two is enough", () => {
  localStorage.setItem(NAME, ANALYTICS);
  expect(createStore(makeConfig()).read()).toEqual(chosen(ANALYTICS));
  clearBrowser();
  // biome-ignore lint/suspicious/noDocumentCookie: what the widget itself has to use
  document.cookie = `${NAME}=${ANALYTICS};Path=/`;
  expect(createStore(makeConfig()).read()).toEqual(chosen(ANALYTICS));
});

test("what is no choice is passed over", () => {
  localStorage.setItem(NAME, "1.3.analytics");
  expect(createStore(makeConfig()).read()).toBeNull();
});

test("with all storage blocked the choice lives in memory", () => {
  const blocked = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(blocked);
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(blocked);
  vi.spyOn(document, "cookie", "get").mockImplementation(blocked);
  vi.spyOn(document, "cookie", "set").mockImplementation(blocked);
  const store = createStore(makeConfig());
  expect(store.read()).toBeNull();
  store.write(chosen(NOTHING), NOW);
  expect(store.read()).toEqual(chosen(NOTHING));
});

test("a cookie domain that this host may not use does not lose the choice", () => {
  createStore(makeConfig({ cookie_domain: "elsewhere.example" })).write(chosen(ANALYTICS), NOW);
  expect(document.cookie).toContain(ANALYTICS);
});

const trackers = [makeTracker({ id: "clicks" }), makeTracker({ id: "ads", category: "marketing" })];
test.each([
  ["the later day counts", "1.3.analytics.-.20778.20959", NOTHING, NOTHING],
  ["on the same day a refusal wins", ANALYTICS, NOTHING, NOTHING],
  ["on the same day only what both grant", "1.3.analytics~marketing.-.20779.20959", ANALYTICS, ANALYTICS],
  ["tracker by tracker, too", ANALYTICS, "1.3.-.clicks~ads.20779.20959", "1.3.-.clicks.20779.20959"],
  ["the earlier version and the earlier end", "1.4.analytics.-.20779.20960", ANALYTICS, ANALYTICS],
])("two copies: %s", (_, a, b, expected) => {
  for (const [first, second] of [
    [a, b],
    [b, a],
  ]) {
    expect(formatChoice(pickChoice(chosen(first), chosen(second), trackers)!)).toBe(expected);
  }
});
