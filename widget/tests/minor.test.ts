/** A visitor whom the site calls a minor: nobody asks, nothing optional runs. */

import { describe, expect, test, vi } from "vitest";
import { posted, usePages } from "./page";
import { changedTrackers, click, get, openPage, setActive } from "./sites";
import { ALL, ANALYTICS, makeNotice, NAME, NOTHING, settle } from "./support";

usePages();

const kept = () => localStorage.getItem(NAME);
const inPreferences = (selector: string) => [...document.querySelectorAll(`[data-placet=preferences] ${selector}`)];

describe.each([
  ["by the tag", true],
  ["by the page", false],
])("said %s", (_, minor) => {
  const open = async (changes = {}) => {
    const { api } = await openPage(changes, { minor });
    if (!minor) api.setMinor(true);
    await settle();
    return api;
  };

  test("is not asked, and can look at what there is", async () => {
    const api = await open();
    expect(get("[data-placet=banner]")).toBeNull();
    expect(get("[data-placet=reopen]")).not.toBeNull();
    expect(api.get()).toMatchObject({ minor: true, choice: null });
    expect(posted()).toEqual([]);
    expect(kept()).toBeNull();
  });

  test("an earlier yes is taken back, and posted as that", async () => {
    localStorage.setItem(NAME, ALL);
    const api = await open();
    expect(kept()).toBe(NOTHING);
    expect(api.allows("clickstream")).toBe(false);
    expect(posted()).toMatchObject([{ method: "minor", trusted: false, choices: { analytics: false } }]);
  });

  test("an earlier no is left as it is", async () => {
    localStorage.setItem(NAME, "1.2.-.-.20770.20950");
    await open();
    expect(kept()).toBe("1.2.-.-.20770.20950");
    expect(posted()).toEqual([]);
  });

  test("nothing optional runs in any regime, where no yes is needed either", async () => {
    const trackers = changedTrackers({ clickstream: { model: "optout" }, advertising: { model: "optout" } });
    const api = await open({ trackers });
    expect(api.get().allowed).toEqual(["sign-in", "cookie-choice", "payment"]);
  });

  test("no yes counts", async () => {
    const api = await open();
    setActive(true);
    expect(api.accept()).toBe(false);
    expect(api.set({ analytics: true })).toBe(false);
    expect(kept()).toBeNull();
  });

  test("another tab's yes does not count here", async () => {
    const api = await open();
    localStorage.setItem(NAME, ANALYTICS);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(api.allows("clickstream")).toBe(false);
  });

  test("the preferences show everything off, without buttons", async () => {
    await open();
    click("[data-placet=reopen]");
    await settle();
    const text = get("[data-placet=preferences]")!.textContent;
    expect(text).toContain("Everything optional is off because this site treats you as a minor.");
    expect(text).toContain("Session replay");
    expect(inPreferences("[data-action]").map((button) => button.getAttribute("data-action"))).toEqual(["close"]);
    const on = inPreferences("input:checked") as HTMLInputElement[];
    expect(on.map((input) => input.dataset.category)).toEqual(["necessary"]);
    expect(inPreferences("input:not([disabled])")).toEqual([]);
  });

  test("preferences that do not come are no reason to ask a minor", async () => {
    const { api } = await openPage({}, { minor, load: (_name, fail) => queueMicrotask(fail) });
    if (!minor) api.setMinor(true);
    await settle();
    click("[data-placet=reopen]");
    await settle();
    expect(get("[data-action=accept]")).toBeNull();
  });
});

test("a switch of a single tracker is off, too", async () => {
  await openPage({}, { minor: true, notice: makeNotice({ choice_per_tracker: true }) });
  await settle();
  click("[data-placet=reopen]");
  await settle();
  expect(inPreferences("[data-tracker]").length).toBeGreaterThan(0);
  expect(inPreferences("[data-tracker]:not([disabled]), [data-tracker]:checked")).toEqual([]);
});

test("once it is said no more, the visitor is asked again", async () => {
  const { api } = await openPage({}, { minor: true });
  api.setMinor(false);
  await settle();
  expect(api.get().minor).toBe(false);
  expect(get("[data-placet=banner]")).not.toBeNull();
  click("[data-action=accept]");
  expect(kept()).toBe(ALL);
});

test("a yes that came before it was said is not back when it is said no more", async () => {
  localStorage.setItem(NAME, ALL);
  const { api } = await openPage();
  api.setMinor(true);
  api.setMinor(false);
  expect(api.allows("clickstream")).toBe(false);
});

test("what ran is stopped, and the page is told", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  const told = vi.fn();
  document.addEventListener("placet:withdrawn", ({ detail }: CustomEventInit) => told(detail.ids));
  const { api } = await openPage();
  api.setMinor(true);
  expect(told).toHaveBeenCalledExactlyOnceWith(["clickstream", "usability-survey", "activity-log"]);
});
