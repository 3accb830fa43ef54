/** What came or changed later than the visitor's yes (promise 9) is asked for, alone. */

import { describe, expect, test } from "vitest";
import { posted, usePages } from "./page";
import { changedTrackers, click, get, openPage, switchGpcOn } from "./sites";
import { makeNotice, NAME, settle } from "./support";

usePages();

const KEPT = "1.3.analytics~recording.-.20770.20950";
const kept = () => localStorage.getItem(NAME);
const banner = () => get("[data-placet=banner]");

/** Version 4, in which something about some trackers is new; the visitor chose under version 3. */
async function open(since: Record<string, object> = { clickstream: { since: 4 } }, choice = KEPT, minor = false) {
  localStorage.setItem(NAME, choice);
  const page = await openPage({ version: 4, trackers: changedTrackers(since) }, { minor });
  await settle();
  return page;
}

test("it waits, and is asked for by name, vendor and purpose", async () => {
  const { api } = await open();
  expect(["clickstream", "usability-survey", "recording"].map(api.allows)).toEqual([false, true, true]);
  const text = banner()!.textContent;
  expect(banner()!.querySelector("h2")!.textContent).toBe("New since your choice");
  expect(text).toContain("Clickstream (Example Analytics GmbH): Counts page views");
  expect(text).not.toContain("Usability survey");
  expect(banner()!.querySelector("[data-action=accept]")!.textContent).toBe("Accept");
  expect(get("[data-placet=reopen]")).not.toBeNull();
});

test("accept: it may run, the rest stays as it was, under the present version", async () => {
  const { api } = await open();
  click("[data-action=accept]");
  await settle();
  expect(kept()).toBe("1.4.analytics~recording.-.20779.20959");
  expect(api.allows("clickstream")).toBe(true);
  expect(banner()).toBeNull();
  expect(posted()).toMatchObject([{ method: "banner:accept-new", trusted: true, layer: 1, trackers: {} }]);
});

test("reject: it stays held, the rest stays as it was, and nobody asks again", async () => {
  const { api } = await open();
  click("[data-action=reject]");
  await settle();
  expect(kept()).toBe("1.4.analytics~recording.clickstream.20779.20959");
  expect(["clickstream", "usability-survey", "recording"].map(api.allows)).toEqual([false, true, true]);
  expect(banner()).toBeNull();
  expect(posted()).toMatchObject([{ method: "banner:reject-new", trusted: true, trackers: { clickstream: false } }]);
});

test("several are asked for together, and answered together", async () => {
  await open({ clickstream: { since: 4 }, "session-recording": { since: 4 } });
  expect(banner()!.textContent).toContain("Clickstream");
  expect(banner()!.textContent).toContain("Session replay");
  click("[data-action=reject]");
  expect(kept()).toBe("1.4.analytics~recording.clickstream~session-recording.20779.20959");
});

test("one that the site's server asks for is asked for, too", async () => {
  const { api } = await open({ "activity-log": { since: 4 } });
  click("[data-action=accept]");
  expect(api.allows("activity-log")).toBe(true);
});

test("a made-up yes changes nothing and asks to be confirmed", async () => {
  await open();
  click("[data-action=accept]", false);
  await settle();
  expect(kept()).toBe(KEPT);
  expect(banner()!.querySelector("[role=alert]")!.textContent).toContain("Please press it yourself to confirm.");
});

test("a made-up no is obeyed, and what was granted stays as long as it would have", async () => {
  const { api } = await open();
  click("[data-action=reject]", false);
  await settle();
  expect(kept()).toBe("1.4.analytics~recording.clickstream.20779.20950");
  expect(["clickstream", "usability-survey", "recording"].map(api.allows)).toEqual([false, true, true]);
  expect(posted()).toMatchObject([{ method: "banner:reject-new", trusted: false, trackers: { clickstream: false } }]);
});

test("leaving it unanswered leaves it held, and the next page asks again", async () => {
  await open();
  Reflect.deleteProperty(window, "placet");
  document.body.replaceChildren();
  await open();
  expect(banner()).not.toBeNull();
  expect(kept()).toBe(KEPT);
});

describe("nobody is asked", () => {
  test.each([
    ["in a category that was refused", { "compact-view": { since: 4 } }],
    ["for what is only declared", { "crm-link": { since: 4 } }],
    ["for what needs no yes", { clickstream: { since: 4, model: "optout" } }],
    ["for what is necessary", { payment: { since: 4 } }],
    ["where nothing is new", {}],
  ])("%s", async (_, since) => {
    await open(since, "1.3.analytics.-.20770.20950");
    expect(banner()).toBeNull();
  });

  test("who is a minor", async () => {
    await open(undefined, KEPT, true);
    expect(banner()).toBeNull();
  });

  test("for what the browser's signal holds anyway", async () => {
    switchGpcOn();
    await open({ advertising: { since: 4 } }, "1.3.marketing.-.20770.20950");
    expect(banner()).toBeNull();
  });

  test("for what the notice does not tell of", async () => {
    const notice = makeNotice();
    notice.categories[2].trackers = notice.categories[2].trackers.filter(({ id }) => id !== "clickstream");
    localStorage.setItem(NAME, KEPT);
    await openPage({ version: 4, trackers: changedTrackers({ clickstream: { since: 4 } }) }, { notice });
    await settle();
    expect(banner()).toBeNull();
  });
});
