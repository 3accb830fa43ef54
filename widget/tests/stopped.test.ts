/** What the site's people have stopped: held whatever was chosen, and nobody's to allow; the choice stays what it is. */

import { expect, test, vi } from "vitest";
import { posted, usePages } from "./page";
import { changedTrackers, click, get, openPage } from "./sites";
import { ANALYTICS, NAME, nextFrame, settle } from "./support";

usePages();

const STOPPED = { clickstream: { model: "stopped" } };
const kept = () => localStorage.getItem(NAME);

/** The visitor has said yes to analytics; then `stopped` is stopped. */
async function open(stopped: Record<string, object> = STOPPED, changes: object = {}) {
  localStorage.setItem(NAME, ANALYTICS);
  const page = await openPage({ trackers: changedTrackers(stopped), ...changes });
  await settle();
  await nextFrame();
  return page;
}

test("it may not load, and the others of its category may", async () => {
  const { api } = await open();
  expect(["clickstream", "usability-survey"].map(api.allows)).toEqual([false, true]);
  expect(kept()).toBe(ANALYTICS);
  expect(get("[data-placet=banner]")).toBeNull();
});

test("it is not asked for as something new, even where it came after the yes", async () => {
  await open({ clickstream: { model: "stopped", since: 4 } }, { version: 4 });
  expect(get("[data-placet=banner]")).toBeNull();
});

test("what is marked by its category alone waits, what is marked by another tracker goes on", async () => {
  document.body.innerHTML = `<script type="text/plain" data-category="analytics">window.byCategory = 1</script>
    <script type="text/plain" data-tracker="clickstream">window.byTracker = 1</script>
    <script type="text/plain" data-tracker="usability-survey" id="other">window.byOther = 1</script>`;
  await open();
  const runnable = [...document.querySelectorAll("script:not([type='text/plain'])")].map((own) => own.textContent);
  expect(runnable.filter((text) => text!.startsWith("window.by"))).toEqual(["window.byOther = 1"]);
});

test("its frame has no placeholder with which it could be allowed", async () => {
  document.body.innerHTML = `<template data-tracker="usability-survey"><iframe src="https://frames.localhost/42"></iframe></template>`;
  await open({ "usability-survey": { model: "stopped" } });
  expect(get("[data-placet=placeholder]")).toBeNull();
  expect(get("iframe[src='https://frames.localhost/42']")).toBeNull();
});

test("what it stored is deleted, and its stop steps are run, but the page is not loaded again for it", async () => {
  const stop = vi.fn();
  vi.stubGlobal("exampleAnalytics", { stop });
  localStorage.setItem("_xa_session", "1");
  const reload = vi.spyOn(location, "reload").mockReturnValue();
  await open({ clickstream: { model: "stopped", stop: ["exampleAnalytics.stop", "reload"] } });
  await vi.advanceTimersByTimeAsync(100);
  expect(localStorage.getItem("_xa_session")).toBeNull();
  expect(stop).toHaveBeenCalled();
  expect(reload).not.toHaveBeenCalled();
});

test("a choice made meanwhile says nothing of it that the visitor did not say", async () => {
  const { api } = await open();
  api.show();
  await settle();
  const switched = (id: string) => get<HTMLInputElement>(`[data-placet=preferences] [data-category=${id}]`)!;
  expect(switched("analytics").checked).toBe(true);
  switched("marketing").click();
  click("[data-placet=preferences] [data-action=save]");
  await settle();
  expect(posted().at(-1)).toMatchObject({ choices: { analytics: true, marketing: true }, trackers: {} });
  expect(kept()).toBe("1.3.analytics~marketing.-.20779.20959");
  expect(api.allows("clickstream")).toBe(false);
  api.reject();
  await settle();
  expect(posted().at(-1)).toMatchObject({ choices: { analytics: false } });
});

test("a yes to something else leaves the yes to it as it was", async () => {
  const { api } = await open();
  vi.stubGlobal("navigator", { ...navigator, userActivation: { isActive: true } });
  expect(api.set({ marketing: true })).toBe(true);
  expect(kept()).toBe("1.3.analytics~marketing.-.20779.20959");
});
