/** What other tools keep is read as they write it, and nothing wider is taken over than was asked: docs/import.md. */

import { expect, test, vi } from "vitest";
import type { Body } from "../src/after/receipt";
import { readChoice } from "../src/gate/store";
import { READERS, type Tool } from "../src/take-over/readers";
import { type TakeOver, takeOver } from "../src/take-over/take";
import { posted, usePages } from "./page";
import { openPage } from "./sites";
import { clearBrowser, makeLoaderConfig, NAME, NOW, SITE, setCookie, settle, TODAY } from "./support";

usePages();

const DAY = 86_400_000;
const TEN_DAYS_AGO = NOW - 10 * DAY;
const config = makeLoaderConfig();
const DAYS = config.lifetimes.granted;

/** What the server fills in for the example: `clicks` was asked as `stats`, `ads` as `ads`. */
const makeTake = (changes: Partial<TakeOver> = {}): TakeOver => ({
  site: SITE,
  version: 1,
  sha256: config.sha256,
  notice: config.notice,
  widget: config.widget,
  shown: config.shown,
  lifetimes: config.lifetimes,
  cookie_domain: null,
  from: "klaro",
  name: "klaro",
  kept: 120,
  remove: false,
  again: false,
  categories: ["necessary", "analytics", "marketing"],
  trackers: [
    { id: "clicks", category: "analytics", names: ["stats"] },
    { id: "ads", category: "marketing", names: ["ads"] },
  ],
  ...changes,
});
const UNNAMED = { id: "heatmap", category: "analytics", late: true };

const klaro = (choice: Record<string, boolean>) =>
  setCookie(`klaro=${encodeURIComponent(JSON.stringify(choice))};Path=/`);
const vanilla = (categories: string[], at: number) =>
  setCookie(`cc_cookie=${encodeURIComponent(JSON.stringify({ categories, lastConsentTimestamp: new Date(at) }))}`);
const take = (changes: Partial<TakeOver> = {}, minor = false) => takeOver(makeTake(changes), minor);
const takeVanilla = (changes: Partial<TakeOver> = {}) =>
  take({ from: "vanilla-cookieconsent", name: "cc_cookie", kept: null, ...changes });
const kept = () => localStorage.getItem(NAME);
const queue = (): Body[] => JSON.parse(localStorage.getItem(`${NAME}_queue`) || "[]");

// As each tool writes it: vanilla-cookieconsent 3.1.0 src/utils/cookies.js, Klaro 0.7.22 src/consent-manager.js, Orejime 3.2.0
// with js-cookie 3, tarteaucitron 1.32.0 `cookie.create`; of the hosted ones as public recordings of requests have it.
const ID = "6c6dbf39-f314-4442-bd24-eef9bd2f77d3";
const AT = "2026-11-12T12:00:00.000Z";
const VANILLA = JSON.stringify({
  categories: ["necessary", "analytics"],
  revision: 0,
  data: null,
  consentTimestamp: "2026-10-01T08:00:00.000Z",
  consentId: ID,
  services: { necessary: [], analytics: ["matomo"] },
  languageCode: "en",
  lastConsentTimestamp: AT,
  expirationTime: 1_794_000_000_000,
});
const OPTANON =
  "isGpcEnabled=0&datestamp=Thu+Nov+12+2026+13%3A05%3A17+GMT%2B0100+(Central+European+Standard+Time)&version=202310.1.0" +
  `&browserGpcFlag=0&isIABGlobal=false&hosts=&consentId=${ID}&interactionCount=2&landingPath=https%3A%2F%2Fshop.example%2Fpills` +
  "&groups=C0001%3A1%2CC0002%3A1%2CC0004%3A0&geolocation=DE%3BHE&AwaitingReconsent=false";
const COOKIEBOT = (method: string) =>
  "{stamp:%27vNAlTZ21gOE2NHPJPAw3r40p6OXnAr/qXvKsXt3SpEHW6R/ajmeRxw==%27%2Cnecessary:true%2Cpreferences:false%2Cstatistics:true" +
  `%2Cmarketing:false%2Cmethod:%27${method}%27%2Cver:1%2Cutc:${TEN_DAYS_AGO}%2Cregion:%27de%27}`;
const COOKIEYES = (action: string) =>
  `consentid:YEswQ2JCVGhGSWNyWUlBc3NkZ2VEZGZ6,consent:yes,action:${action},necessary:yes,functional:no,analytics:yes,performance:no,advertisement:no,other:no`;

test.each<[Tool, string, string[], number | undefined]>([
  ["vanilla-cookieconsent", encodeURIComponent(VANILLA), ["necessary", "analytics", "matomo"], TEN_DAYS_AGO],
  ["vanilla-cookieconsent", VANILLA, ["necessary", "analytics", "matomo"], TEN_DAYS_AGO],
  ["klaro", "%7B%22matomo%22%3Atrue%2C%22youtube%22%3Afalse%7D", ["matomo"], undefined],
  ["orejime", "{%22mandatory%22:true%2C%22analytics%22:false%2C%22embeds%22:true}", ["mandatory", "embeds"], undefined],
  ["tarteaucitron", "!matomo=true!youtube=false!gtag=wait", ["matomo"], undefined],
  ["cookiebot", COOKIEBOT("explicit"), ["necessary", "statistics"], TEN_DAYS_AGO],
  ["onetrust", OPTANON, ["C0001", "C0002"], TEN_DAYS_AGO],
  ["cookieyes", COOKIEYES("yes"), ["consent", "action", "necessary", "analytics"], undefined],
])("%s is read as it is written", (tool, text, granted, at) => {
  const found = READERS[tool](text, () => [AT]);
  expect([found?.granted, found?.at]).toEqual([granted, at]);
});

test("of OneTrust the page that was visited, and where from, is not cited", () => {
  expect(READERS.onetrust(OPTANON, () => [AT])?.value).toBe(`consentId=${ID}&groups=C0001:1,C0002:1,C0004:0`);
});

test.each<[Tool, string]>([
  ["tarteaucitron", "!matomo=wait!gtag=wait"],
  ["cookiebot", COOKIEBOT("implied")],
  ["cookiebot", "-1"],
  ["onetrust", OPTANON],
  ["cookieyes", COOKIEYES("")],
  ["klaro", "%7B%22matomo%22%3A1%7D"],
  ["orejime", "{}"],
  ["vanilla-cookieconsent", "%7B%7D"],
])("%s: what it writes before anybody has chosen is no choice", (tool, text) => {
  expect(READERS[tool](text, () => [])).toBeUndefined();
});

test.each(Object.keys(READERS) as Tool[])("%s: what cannot be read changes nothing", (from) => {
  for (const text of ["%", "{", "null", "[]", "true", "x".repeat(5000), '{"a":true', "%7B%22a%22"]) {
    setCookie(`old=${text}`);
    take({ from, name: "old" });
    expect([kept(), queue()]).toEqual([null, []]);
  }
});

test("a yes is taken for what was asked, runs from when it was given, and its receipt is no click", () => {
  vanilla(["stats"], TEN_DAYS_AGO);
  takeVanilla({ trackers: [...makeTake().trackers, UNNAMED] });
  // Version 0: the question of before. What stands since a later version is asked, not refused.
  expect(kept()).toBe(`1.0.analytics.-.${TODAY - 10}.${TODAY - 10 + DAYS}`);
  expect(readChoice(SITE)).toMatchObject({ version: 0, granted: ["analytics"] });
  expect(queue()).toMatchObject([
    {
      method: "takeover",
      trusted: false,
      choices: { necessary: true, analytics: true, marketing: false },
      trackers: { heatmap: false },
      taken_over: {
        from: "vanilla-cookieconsent",
        decided_at: new Date(TEN_DAYS_AGO).toISOString(),
        value: JSON.stringify({ categories: ["stats"], lastConsentTimestamp: new Date(TEN_DAYS_AGO) }),
      },
    },
  ]);
  expect(queue()[0]).not.toHaveProperty("layer");
});

test("a tracker that was refused by itself is refused", () => {
  klaro({ stats: true, ads: false, videos: false });
  take({ trackers: [...makeTake().trackers, { id: "videos", category: "analytics", names: ["videos"] }] });
  expect(kept()).toBe(`1.0.analytics.videos.${TODAY - 120}.${TODAY - 120 + DAYS}`);
  expect(queue()[0].trackers).toEqual({ videos: false });
});

test("a long value is cut between characters, never within one", () => {
  const name = `"${"x".repeat(900)}`;
  klaro({ stats: true, ads: false, [`${name}${"🍪".repeat(200)}`]: true });
  take();
  const { value } = queue()[0].taken_over as { value: string };
  expect([[...value].length, value.endsWith("🍪")]).toEqual([1000, true]);
  expect(value, "no half characters").not.toMatch(/\p{Surrogate}/u);
});

test("all names must have been allowed", () => {
  klaro({ stats: true, ads: false });
  take({ trackers: [{ id: "clicks", category: "analytics", names: ["stats", "other"] }] });
  expect(readChoice(SITE)?.granted).toEqual([]);
});

test("a no is taken wholly, also by what was never asked, and says nothing of who it was", () => {
  klaro({ stats: false, ads: false });
  take({ trackers: [...makeTake().trackers, { id: "new", category: "recording" }], again: true, kept: null });
  expect(kept()).toBe(`1.1.-.-.${TODAY}.${TODAY + config.lifetimes.refused}`);
  expect(queue()[0]).toMatchObject({ taken_over: { from: "klaro", decided_at: null, value: null } });
});

test.each<[string, Partial<TakeOver>]>([
  ["something was never asked", { trackers: [...makeTake().trackers, { id: "new", category: "recording" }] }],
  [
    "what was allowed is something else by now",
    { trackers: [{ ...makeTake().trackers[0], late: true }, makeTake().trackers[1]] },
  ],
  ["all visitors are asked again", { again: true }],
  ["its age is not known", { kept: null }],
  ["it may be too old", { kept: DAYS }],
])("a yes is not taken where %s: all is asked, the no in it holds, and there is no receipt", (_, changes) => {
  klaro({ stats: true, ads: false });
  take(changes);
  expect(queue()).toEqual([]);
  expect(readChoice(SITE)!.expires).toBeLessThanOrEqual(TODAY);
  expect(readChoice(SITE)!.granted).not.toContain("marketing");
});

test("one that has run out, or comes from the future, is asked anew", () => {
  vanilla(["stats"], NOW - DAYS * DAY);
  takeVanilla();
  expect([queue(), readChoice(SITE)!.expires]).toEqual([[], TODAY]);
  localStorage.clear();
  vanilla(["stats"], NOW + DAY);
  takeVanilla();
  expect(queue()).toEqual([]);
});

test("once: a choice of ours, in force or not, is the last word", () => {
  klaro({ stats: true, ads: true });
  localStorage.setItem(NAME, `1.1.-.-.${TODAY - 400}.${TODAY - 220}`);
  take();
  expect([kept(), queue()]).toEqual([`1.1.-.-.${TODAY - 400}.${TODAY - 220}`, []]);
});

test("of a minor nothing is taken", () => {
  klaro({ stats: true, ads: true });
  take({}, true);
  expect([kept(), queue()]).toEqual([null, []]);
});

test("what the other tool had kept stays, unless the site wants it away", () => {
  klaro({ stats: false, ads: false });
  localStorage.setItem("klaro", "x");
  take();
  expect(document.cookie).toContain("klaro=");
  clearBrowser();
  klaro({ stats: false, ads: false });
  localStorage.setItem("klaro", "x");
  take({ remove: true });
  // Within the millisecond in which it runs out, this DOM still shows the empty cookie.
  expect(document.cookie).not.toMatch(/klaro=[^;]/);
  expect(localStorage.getItem("klaro")).toBeNull();
});

test("where the receipt cannot be kept no yes is taken, and every no", () => {
  vi.spyOn(globalThis, "localStorage", "get").mockImplementation(() => {
    throw new DOMException("blocked", "SecurityError");
  });
  klaro({ stats: true, ads: true });
  take();
  expect(document.cookie).not.toContain(NAME);
  klaro({ stats: false, ads: false });
  take();
  expect(document.cookie).toContain(`${NAME}=1.1.-.-.`);
});

test("the widget asks nobody who is answered for, runs what was asked before, and posts the receipt", async () => {
  vanilla(["stats"], TEN_DAYS_AGO);
  takeVanilla({
    version: config.version,
    categories: config.categories,
    trackers: config.trackers
      .filter(({ category }) => category !== "necessary")
      .map(({ id, category }) => ({ id, category, names: [category === "analytics" ? "stats" : "other"] })),
  });
  const trackers = config.trackers.map((own) => ({ ...own, since: 0 }));
  const { api } = await openPage({ ask_since: 0, trackers });
  await settle();
  expect(document.querySelector("[data-placet=banner]")).toBeNull();
  const optional = config.trackers.filter(({ category }) => category === "analytics").map(({ id }) => id);
  expect(api.get().allowed).toEqual(expect.arrayContaining(optional));
  expect(api.allows("marketing")).toBe(false);
  expect(posted()).toMatchObject([
    { method: "takeover", trusted: false, taken_over: { from: "vanilla-cookieconsent" } },
  ]);
  expect(posted()[0]).toHaveProperty("secret");
});
