/** The second layer: what it tells, how its switches stand, and what its buttons say. */

import { expect, test } from "vitest";
import { posted, usePages } from "./page";
import { changedTrackers, click, openPage, switchGpcOn } from "./sites";
import { ALL, ANALYTICS, makeNotice, NAME, NOTHING, settle } from "./support";

usePages();

const get = <E extends HTMLElement>(selector: string) =>
  document.querySelector<E>(`[data-placet=preferences] ${selector}`);
const categorySwitch = (id: string) => get<HTMLInputElement>(`[data-category=${id}]`)!;
const trackerSwitch = (id: string) => get<HTMLInputElement>(`[data-tracker=${id}]`)!;
const isOpen = () => !!document.querySelector("[data-placet=preferences]");
const kept = () => localStorage.getItem(NAME);
const notes = () => [...document.querySelectorAll("[data-note]")].map((note) => note.textContent);

/** Opens the preferences with a kept choice. */
async function open(choice: string | null, notice = makeNotice(), changes = {}) {
  if (choice) localStorage.setItem(NAME, choice);
  const { api } = await openPage({ choice_per_tracker: notice.choice_per_tracker, ...changes }, { notice });
  api.show();
  await settle();
}

test("nothing is ticked before a choice but what is always on", async () => {
  await open(null);
  const on = [...document.querySelectorAll<HTMLInputElement>("[data-placet=preferences] input:checked")];
  expect(on.map((input) => input.dataset.category)).toEqual(["necessary"]);
  expect(categorySwitch("necessary").disabled).toBe(true);
  expect(get("[data-always]")?.textContent).toBe("Always on");
});

test("it is a dialog of its own language, named by its title, with switches that say what they are for", async () => {
  await open(null);
  const dialog = document.querySelector("dialog[data-placet=preferences][lang=en][dir=ltr]")!;
  expect(dialog.hasAttribute("open")).toBe(true);
  expect(document.getElementById(dialog.getAttribute("aria-labelledby")!)?.textContent).toBe("Choose what may run");
  for (const input of dialog.querySelectorAll("input")) {
    expect(input.getAttribute("role")).toBe("switch");
    expect(document.querySelector(`label[for=${input.id}]`)?.textContent).toBeTruthy();
    expect(document.getElementById(input.getAttribute("aria-describedby")!)?.textContent).toBeTruthy();
  }
});

test("where the law lets something run, its switch stands as the notice says", async () => {
  const notice = makeNotice();
  notice.categories[2].on = true;
  await open(null, notice);
  expect(categorySwitch("analytics").checked).toBe(true);
});

test("with a choice in force the switches stand by it, and its day and receipt are told", async () => {
  localStorage.setItem(`${NAME}_record`, JSON.stringify({ secret: "s", previous: "0190-receipt" }));
  await open("1.3.recording.-.20779.20959");
  expect(categorySwitch("recording").checked).toBe(true);
  expect(categorySwitch("analytics").checked).toBe(false);
  expect(get("[data-last]")?.textContent).toBe("Your last choice: November 22, 2026 · Receipt 0190-receipt");
});

test("without one nothing is told of it", async () => {
  await open(null);
  expect(get("[data-last]")).toBeNull();
});

const later = { version: 4, trackers: changedTrackers({ clickstream: { since: 4 } }) };

test("what is new or changed since the yes stands off and says so; saving without touching it is no yes to it", async () => {
  await open("1.3.analytics~recording.-.20779.20959", makeNotice(), later);
  expect(categorySwitch("analytics").checked).toBe(false);
  expect(categorySwitch("recording").checked).toBe(true);
  expect(categorySwitch("analytics").closest("section")!.textContent).toContain("New or changed since your choice");
  click(get("[data-action=save]")!);
  expect(kept()).toBe("1.4.recording.-.20779.20959");
});

test("tracker by tracker only what is new stands off", async () => {
  await open(ANALYTICS, makeNotice({ choice_per_tracker: true }), later);
  expect(trackerSwitch("clickstream").checked).toBe(false);
  expect(trackerSwitch("usability-survey").checked).toBe(true);
  click(get("[data-action=save]")!);
  expect(kept()).toBe("1.4.-.usability-survey~activity-log.20779.20959");
});

test("a notice from before there were plural forms is drawn, too", async () => {
  const notice = makeNotice();
  const { trackers_other, ...texts } = notice.texts;
  await open(null, { ...notice, texts: { ...texts, trackers_many: trackers_other } });
  expect(get("section:nth-of-type(3) summary")!.textContent).toBe("3 trackers");
});

test("every tracker tells who, why, what, for how long, to whom, and what it stores", async () => {
  await open(null);
  const text = get("section:nth-of-type(4) li")!.textContent;
  for (const part of [
    "Session replay",
    "Example Replay Inc.",
    "your consent",
    "kept: 30 days",
    "United States · works on our instructions · Standard contractual clauses",
    "_xrec_id · cookie · 30 days",
    "local storage · until you delete it",
  ]) {
    expect(text).toContain(part);
  }
  expect(get("section:nth-of-type(4) summary")!.textContent).toBe("1 tracker");
  expect(get("section:nth-of-type(3) summary")!.textContent).toBe("3 trackers");
  expect(get("address")?.textContent).toContain("Data Protection Commission");
  expect(get("address a[href^='mailto:']")?.textContent).toBe("privacy@saas-console.example");
});

test("notes say what runs on the server, what is not controlled here, and what the signal holds", async () => {
  switchGpcOn();
  await open(null);
  expect(notes()).toContain("Runs on the site's server, which asks for your choice first.");
  expect(notes()).toContain("Not controlled here; listed so that you know of it.");
  expect(notes()).toContain("Off because your browser asks not to sell or share your data.");
  expect(notes()).toContain("Sold to or shared with a third party");
});

test("a tracker that only a reload stops says so beforehand, and no other does", async () => {
  const stop_reloads = "To stop it once it runs, this page is loaded again.";
  await open(null, makeNotice(), { trackers: changedTrackers({ "session-recording": { stop: ["reload"] } }) });
  expect(notes().filter((note) => note === stop_reloads)).toHaveLength(1);
  expect(get("section:nth-of-type(4) li")!.textContent).toContain(stop_reloads);
});

test.each([
  ["accept", "preferences:accept-all", ALL],
  ["reject", "preferences:reject-all", NOTHING],
  ["save", "preferences:save", ANALYTICS],
])("the button %s says all, nothing, or what is switched on", async (action, method, expected) => {
  await open(null);
  categorySwitch("analytics").click();
  click(get(`[data-action=${action}]`)!);
  await settle();
  expect(kept()).toBe(expected);
  expect(isOpen()).toBe(false);
  expect(posted()).toMatchObject([{ method, trusted: true, layer: 2, equality: true }]);
});

test("a made-up yes changes nothing and asks to be confirmed; a made-up no is obeyed", async () => {
  await open(ANALYTICS);
  categorySwitch("recording").click();
  for (const action of ["accept", "save"]) {
    click(get(`[data-action=${action}]`)!, false);
    expect(isOpen()).toBe(true);
    expect(get("[role=alert]")!.textContent).toContain("Please press it yourself to confirm.");
  }
  expect(kept()).toBe(ANALYTICS);
  click(get("[data-action=reject]")!, false);
  expect(kept()).toBe(NOTHING);
  expect(isOpen()).toBe(false);
});

test("saving less than was granted is a no, and obeyed whoever presses", async () => {
  await open("1.3.analytics~recording.-.20770.20950");
  categorySwitch("recording").click();
  click(get("[data-action=save]")!, false);
  expect(kept()).toBe("1.3.analytics.-.20779.20950");
  expect(isOpen()).toBe(false);
});

test("saving nothing is a no, and obeyed whoever presses", async () => {
  await open(ANALYTICS);
  categorySwitch("analytics").click();
  click(get("[data-action=save]")!, false);
  expect(kept()).toBe(NOTHING);
});

test("where trackers can be chosen, a category with some of them on is not granted, and those differ", async () => {
  await open(ANALYTICS, makeNotice({ choice_per_tracker: true }));
  expect(trackerSwitch("clickstream").getAttribute("aria-label")).toBe("Clickstream");
  trackerSwitch("usability-survey").click();
  expect(categorySwitch("analytics").indeterminate).toBe(true);
  click(get("[data-action=save]")!);
  expect(kept()).toBe("1.3.-.clickstream~activity-log.20779.20959");
});

test("a category's switch moves those of its trackers, and follows them", async () => {
  await open(null, makeNotice({ choice_per_tracker: true }));
  const own = ["clickstream", "usability-survey", "activity-log"].map(trackerSwitch);
  categorySwitch("analytics").click();
  expect(own.map(({ checked }) => checked)).toEqual([true, true, true]);
  own[0].click();
  expect([categorySwitch("analytics").checked, categorySwitch("analytics").indeterminate]).toEqual([false, true]);
  own[0].click();
  expect([categorySwitch("analytics").checked, categorySwitch("analytics").indeterminate]).toEqual([true, false]);
});

test("what is only declared has no switch: it is not in our hands", async () => {
  await open(null, makeNotice({ choice_per_tracker: true }));
  expect(trackerSwitch("crm-link")).toBeNull();
  expect(trackerSwitch("sign-in")).toBeNull();
});

test("a tracker that became something else since it was chosen by itself is not switched on", async () => {
  const trackers = changedTrackers({ clickstream: { since: 3 } });
  await open("1.2.-.clickstream~usability-survey.20779.20959", makeNotice({ choice_per_tracker: true }), { trackers });
  expect(trackerSwitch("clickstream").checked).toBe(false);
  expect(trackerSwitch("usability-survey").checked).toBe(true);
});

test("closing changes nothing, and puts focus where it came from", async () => {
  await open(ANALYTICS);
  categorySwitch("analytics").click();
  get("[data-action=close]")!.click();
  expect(kept()).toBe(ANALYTICS);
  expect(isOpen()).toBe(false);
  expect(document.activeElement?.getAttribute("data-placet")).toBe("reopen");
});
