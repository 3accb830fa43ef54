import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatChoice, grants, parseChoice } from "../src/gate/choice";
import { showPreferences } from "../src/preferences/dialog";
import { countryName, dayInWords, durationInWords } from "../src/preferences/words";
import type { Session, Wish } from "../src/session";
import type { NoticeDocument } from "../src/types";
import { occasionOf } from "../src/ui/banner";
import { actionButton, h, webLink } from "../src/ui/dom";
import noticeJson from "./fixtures/notice.json";
import { clearBrowser, makeConfig } from "./support";

const makeNotice = (changes: Partial<NoticeDocument> = {}) => ({
  ...(structuredClone(noticeJson) as unknown as NoticeDocument),
  ...changes,
});
const get = <E extends HTMLElement>(selector: string) =>
  document.querySelector<E>(`[data-placet=preferences] ${selector}`);
const categorySwitch = (id: string) => get<HTMLInputElement>(`[data-category=${id}]`)!;

/** Opens the dialog with a kept choice; returns what it wishes when a button is pressed. */
function open(kept: string | null, notice = makeNotice(), gpc = false, config = makeConfig()): Wish[] {
  const wishes: Wish[] = [];
  const choose = (wish: Wish) => wishes.push(wish) > 0;
  const session = { config, gpc, minor: false, allows: () => false, choose } as unknown as Session;
  session.choice = () => parseChoice(kept);
  showPreferences(notice, {
    h,
    actionButton,
    webLink,
    grants,
    session,
    opener: null,
    receiptId: "0190-receipt",
    occasionOf,
    wearScheme: () => undefined,
    dress: () => undefined,
  });
  return wishes;
}

beforeEach(clearBrowser);
afterEach(() => vi.restoreAllMocks());

test("nothing is ticked before a choice but what is always on", () => {
  open(null);
  const on = [...document.querySelectorAll<HTMLInputElement>("[data-placet=preferences] input:checked")];
  expect(on.map((input) => input.dataset.category)).toEqual(["necessary"]);
  expect(categorySwitch("necessary").disabled).toBe(true);
});

test("what is new or changed since the yes stands off and says so; saving without touching it is no yes to it", () => {
  const config = makeConfig();
  config.trackers.find(({ id }) => id === "clickstream")!.since = 4;
  config.version = 4;
  const wishes = open("1.3.analytics~recording.-.20779.20959", makeNotice(), false, config);
  expect(categorySwitch("analytics").checked).toBe(false);
  expect(categorySwitch("recording").checked).toBe(true);
  expect(categorySwitch("analytics").closest("section")!.textContent).toContain("New or changed since your choice");
  get<HTMLButtonElement>("[data-action=save]")!.click();
  expect(wishes).toEqual([{ granted: ["recording"], differs: [] }]);
});

test("tracker by tracker only what is new stands off", () => {
  const config = makeConfig();
  config.trackers.find(({ id }) => id === "clickstream")!.since = 4;
  open("1.3.analytics.-.20779.20959", makeNotice({ choice_per_tracker: true }), false, config);
  expect(get<HTMLInputElement>("[data-tracker=clickstream]")!.checked).toBe(false);
  expect(get<HTMLInputElement>("[data-tracker=usability-survey]")!.checked).toBe(true);
});

test("where the law lets something run, its switch stands as the notice says", () => {
  const notice = makeNotice();
  notice.categories[2].on = true;
  open(null, notice);
  expect(categorySwitch("analytics").checked).toBe(true);
});

test("with a choice in force the switches stand by it, and its day and receipt are told", () => {
  open("1.3.recording.-.20779.20959");
  expect(categorySwitch("recording").checked).toBe(true);
  expect(categorySwitch("analytics").checked).toBe(false);
  expect(get("[data-last]")?.textContent).toBe("Your last choice: November 22, 2026 · Receipt 0190-receipt");
});

test("every tracker tells who, why, what, for how long, to whom, and what it stores", () => {
  open(null);
  const text = get("section:nth-of-type(4) li")!.textContent;
  for (const part of [
    "Session replay",
    "Example Replay Inc.",
    "your consent",
    "kept for 30 days",
    "United States · works on our instructions · Standard contractual clauses",
    "_xrec_id · cookie · 30 days",
    "local storage · until you delete it",
  ]) {
    expect(text).toContain(part);
  }
  expect(get("address")?.textContent).toContain("Data Protection Commission");
  expect(get("address a[href^='mailto:']")?.textContent).toBe("privacy@saas-console.example");
});

test("notes say what runs on the server, what is not controlled here, and what the signal holds", () => {
  open(null, makeNotice(), true);
  const notes = [...document.querySelectorAll("[data-note]")].map((note) => note.textContent);
  expect(notes).toContain("Runs on the site's server, which asks for your choice first.");
  expect(notes).toContain("Not controlled here; listed so that you know of it.");
  expect(notes).toContain("Off because your browser asks not to sell or share your data.");
});

test("the three buttons wish for all, nothing, and what is switched on", () => {
  const wishes = open(null);
  categorySwitch("analytics").click();
  get("[data-action=save]")!.click();
  expect(wishes).toEqual([{ granted: ["analytics"], differs: [] }]);
  expect(document.querySelector("[data-placet=preferences]")).toBeNull();
  const others = open(null);
  get("[data-action=reject]")!.click();
  open(null).length = 0;
  expect(others).toEqual([{ granted: [], differs: [] }]);
});

test("where trackers can be chosen, a category with some of them on is not granted, and those differ", () => {
  const wishes = open("1.3.analytics.-.20779.20959", makeNotice({ choice_per_tracker: true }));
  expect(get("[data-tracker=clickstream]")?.getAttribute("aria-label")).toBe("Clickstream");
  get<HTMLInputElement>("[data-tracker=usability-survey]")!.click();
  expect(categorySwitch("analytics").indeterminate).toBe(true);
  get("[data-action=save]")!.click();
  expect(wishes).toEqual([{ granted: [], differs: ["clickstream", "activity-log"] }]);
});

test("a tracker that became something else since it was chosen by itself is not switched on", () => {
  const notice = makeNotice({ choice_per_tracker: true });
  const config = makeConfig();
  config.trackers.find(({ id }) => id === "clickstream")!.since = 3;
  open("1.2.-.clickstream~usability-survey.20779.20959", notice, false, config);
  expect(get<HTMLInputElement>("[data-tracker=clickstream]")!.checked).toBe(false);
  expect(get<HTMLInputElement>("[data-tracker=usability-survey]")!.checked).toBe(true);
});

test("closing changes nothing", () => {
  const wishes = open("1.3.analytics.-.20779.20959");
  categorySwitch("analytics").click();
  get("[data-action=close]")!.click();
  expect(wishes).toEqual([]);
  expect(formatChoice(parseChoice("1.3.analytics.-.20779.20959")!)).toContain("analytics");
});

test("durations, countries and days are words of the visitor's language", () => {
  expect(durationInWords("P13M", "de")).toBe("13 Monate");
  expect(durationInWords("PT30M", "en")).toBe("30 minutes");
  expect(durationInWords("session", "en")).toBe("session");
  expect(countryName("US", "de")).toBe("Vereinigte Staaten");
  expect(dayInWords(20779, "fr")).toBe("22 novembre 2026");
});

test("only web and mail addresses become links", () => {
  expect(webLink("javascript:alert(1)", "x")).toBe("x");
  expect(webLink("https://app.example/", "x")).toBeInstanceOf(HTMLAnchorElement);
});
