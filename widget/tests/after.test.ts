/** The part for what comes after a choice: clears away, says so, and posts what the law wants posted. */

import { beforeEach, expect, test, vi } from "vitest";
import { makeAfter } from "../src/after/part";
import { posted, usePages } from "./page";
import { changedTrackers, click, get, openPage, setActive, switchGpcOn } from "./sites";
import { ALL, blockStorage, hush, NAME, nextFrame, SITE, setCookie, settle } from "./support";

usePages();

const reload = vi.fn();
beforeEach(() => {
  reload.mockClear();
  vi.spyOn(location, "reload").mockImplementation(reload);
});

/** How long words for a live region wait. */
const HEARD_MS = 100;

test("a withdrawal stops what ran, and deletes what it wrote while it was stopped", async () => {
  localStorage.setItem(NAME, ALL);
  const stop = vi.fn(() => localStorage.setItem("_xrec_session", "unsent"));
  vi.stubGlobal("exampleRecorder", { stop });
  setCookie("_xrec_id=1;Path=/");
  setCookie("_xa_id=1;Path=/");
  const { api } = await openPage();
  api.set({ recording: false, analytics: true });
  expect(stop).not.toHaveBeenCalled();
  api.withdraw();
  await settle();
  expect(stop).toHaveBeenCalledOnce();
  expect(localStorage.getItem("_xrec_session")).toBeNull();
  await vi.waitFor(() => expect(document.cookie).not.toMatch(/_xrec_id|_xa_id/));
  expect(reload).not.toHaveBeenCalled();
});

test("what is left of something held goes on the next page, nothing of what is allowed", async () => {
  localStorage.setItem(NAME, "1.3.analytics.-.20779.20959");
  localStorage.setItem("_xa_session", "1");
  localStorage.setItem("_xads_seen", "1");
  await openPage();
  expect(Object.keys(localStorage)).toEqual([NAME, "_xa_session"]);
});

test.each([
  ["", false],
  [" in the preferences", true],
])(
  "only a tracker that nothing else stops%s has the page loaded again, and the next page says so",
  async (_, isOpen) => {
    const trackers = changedTrackers({ "session-recording": { stop: ["reload"] } });
    localStorage.setItem(NAME, ALL);
    const { api } = await openPage({ trackers });
    if (isOpen) {
      api.show();
      await settle();
      await nextFrame();
    }
    api.withdraw();
    await settle();
    expect(reload).toHaveBeenCalledOnce();
    expect(sessionStorage.getItem(`${NAME}_reloaded`)).toContain("session-recording");
    Reflect.deleteProperty(window, "placet");
    document.body.replaceChildren();
    await openPage({ trackers });
    await nextFrame();
    await settle();
    const status = get("[data-placet=status]")!;
    await vi.advanceTimersByTimeAsync(HEARD_MS);
    expect(status.textContent).toContain("This page was loaded again to stop ");
    expect(status.textContent).toContain("Session replay");
    expect(status.hasAttribute("data-seen")).toBe(true);
    expect(sessionStorage.getItem(`${NAME}_reloaded`)).toBeNull();
    expect(reload).toHaveBeenCalledOnce();
  },
);

test("on the page of the withdrawal a database is emptied, never deleted: what was stopped may have it open", async () => {
  const done = { opened: [] as string[], deleted: [] as string[] };
  vi.stubGlobal("indexedDB", {
    databases: async () => [{ name: "rec-1" }],
    deleteDatabase: (name: string) => done.deleted.push(name),
    open: (name: string) => {
      done.opened.push(name);
      const opening: { result: unknown; onsuccess?: () => void } = { result: { objectStoreNames: [], close() {} } };
      queueMicrotask(() => opening.onsuccess?.());
      return opening;
    },
  });
  localStorage.setItem(NAME, ALL);
  const { api } = await openPage(
    { trackers: changedTrackers({ clickstream: { storage: ["indexeddb rec-1"] } }) },
    { isStill: true },
  );
  api.withdraw();
  await settle();
  // Somebody is there only now, and what earlier pages have left is looked for.
  await vi.advanceTimersByTimeAsync(5_000);
  expect(done.opened).not.toEqual([]);
  expect(done.deleted).toEqual([]);
});

test("who takes a no back before what stops trackers has come finds them running", async () => {
  const stop = vi.fn();
  vi.stubGlobal("exampleView", { stop });
  vi.stubGlobal("exampleAds", { stop });
  localStorage.setItem(NAME, ALL);
  setActive(true);
  const come: (() => void)[] = [];
  const { api } = await openPage(
    {},
    { load: (name, _fail, arrive) => come.push(() => arrive(name, makeAfter as never)) },
  );
  api.withdraw();
  api.accept();
  for (const arrive of come) arrive();
  await settle();
  expect(stop).not.toHaveBeenCalled();
});

test("who reads for a while has what sends the receipt before they answer", async () => {
  const { asked } = await openPage({}, { isStill: true });
  await vi.advanceTimersByTimeAsync(1500);
  expect(asked).toEqual(["after"]);
});

test("with storage blocked the page is still loaded again", async () => {
  const { api } = await openPage({ trackers: changedTrackers({ clickstream: { model: "optout", stop: ["reload"] } }) });
  blockStorage();
  api.withdraw();
  await settle();
  expect(reload).toHaveBeenCalledOnce();
});

test("that a choice is saved is said where it is heard, and not seen", async () => {
  await openPage();
  const status = get("[data-placet=status][role=status]")!;
  expect(status.textContent).toBe("");
  click("[data-action=reject]");
  await vi.advanceTimersByTimeAsync(HEARD_MS);
  expect(status.textContent).toBe("Your choice is saved.");
  expect(status.hasAttribute("data-seen")).toBe(false);
});

test("who chooses without having pointed at anything hears it too, and the receipt leaves out what nobody measured", async () => {
  const { asked } = await openPage({}, { isStill: true });
  expect(asked).toEqual([]);
  click("[data-action=accept]");
  await settle();
  const status = get("[data-placet=status]")!;
  expect(status.textContent, "it must have stood there before its words to be heard").toBe("");
  await vi.advanceTimersByTimeAsync(HEARD_MS);
  expect(status.textContent).toBe("Your choice is saved.");
  expect(posted()).toMatchObject([{ method: "banner:accept-all", trusted: true }]);
  expect(posted()[0]).not.toHaveProperty("equality");
});

test("a page that has emptied its body still hears it", async () => {
  const { api } = await openPage();
  const status = get("[data-placet=status]")!;
  status.remove();
  api.reject();
  await settle();
  expect(status.isConnected).toBe(true);
});

test("the signal's receipt is posted once per browser, under a secret of its own, and changes no choice", async () => {
  switchGpcOn();
  const { api } = await openPage({ gpc: "legal_optout" });
  expect(posted()).toMatchObject([
    { method: "gpc", trusted: false, gpc: true, previous: null, choices: { necessary: true, marketing: false } },
  ]);
  expect(posted()[0]).not.toHaveProperty("layer");
  expect(api.get().choice).toBeNull();
  expect(localStorage.getItem(`placet_${SITE}_gpc`)).toBe("1");
  expect(localStorage.getItem(`placet_${SITE}_record`)).toBeNull();
  Reflect.deleteProperty(window, "placet");
  await openPage({ gpc: "legal_optout" });
  expect(posted()).toHaveLength(1);
});

test("where a browser cannot remember that it said so, it does not say so", async () => {
  switchGpcOn();
  blockStorage();
  await openPage({ gpc: "legal_optout" });
  await settle();
  expect(posted()).toEqual([]);
});

test("a tracker that cannot be stopped does not keep the others running", async () => {
  const warn = hush();
  localStorage.setItem(NAME, ALL);
  const stop = vi.fn();
  vi.stubGlobal("exampleView", {
    stop: () => {
      throw new Error("broken");
    },
  });
  vi.stubGlobal("exampleAds", { stop });
  (await openPage()).api.withdraw();
  await settle();
  expect(stop).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledOnce();
});
