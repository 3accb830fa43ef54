/** Global Privacy Control: what it holds, and where that can be seen. What is posted: after.test.ts. */

import { expect, test, vi } from "vitest";
import { posted, usePages } from "./page";
import { changedTrackers, click, get, openPage, setActive, switchGpcOn } from "./sites";
import { ALL, makeConfig, NAME, NOTHING, settle } from "./support";

usePages();

const STATUS = makeConfig().texts.gpc_status;

test("it holds what is sold or shared, and nothing else, whatever was chosen", async () => {
  localStorage.setItem(NAME, ALL);
  switchGpcOn();
  const { api } = await openPage();
  expect(api.get().gpc).toBe(true);
  expect(["advertising", "clickstream", "email-opens"].map(api.allows)).toEqual([false, true, true]);
  expect(api.allows("marketing")).toBe(false);
});

test("accept all does not override it", async () => {
  switchGpcOn();
  const { api } = await openPage();
  click("[data-action=accept]");
  await settle();
  expect(localStorage.getItem(NAME)).toBe(ALL);
  expect(api.allows("advertising")).toBe(false);
  expect(posted()).toMatchObject([{ method: "banner:accept-all", gpc: true, choices: { marketing: true } }]);
});

test("it holds where the law needs no yes, too", async () => {
  switchGpcOn();
  const { api } = await openPage({ trackers: changedTrackers({ advertising: { model: "optout" } }) });
  expect(api.allows("advertising")).toBe(false);
});

test("the first layer and the button say that it is honoured", async () => {
  switchGpcOn();
  await openPage();
  expect(get("[data-placet=banner]")!.textContent).toContain(STATUS);
  click("[data-action=reject]");
  await settle();
  const button = get("[data-placet=reopen]")!;
  expect(button.textContent).toBe(STATUS);
  expect(button.title).toBe("Cookie choice");
});

test("the button of who has chosen is there at once, since the effect must always be seen", async () => {
  switchGpcOn();
  localStorage.setItem(NAME, NOTHING);
  await openPage({}, { isStill: true });
  await settle();
  expect(get("[data-placet=reopen]")!.textContent).toBe(STATUS);
});

test("the preferences say what it holds", async () => {
  switchGpcOn();
  const { api } = await openPage();
  api.show();
  await settle();
  const notes = [...document.querySelectorAll("[data-note]")].map((note) => note.textContent);
  expect(notes[0]).toContain("Global Privacy Control");
  expect(notes).toContain("Off because your browser asks not to sell or share your data.");
});

test.each([
  ["nothing is sold or shared", { advertising: { sale_share: false } }],
  ["what is needs nobody's yes", { advertising: { model: "none" } }],
])("where %s, nothing is said of it and nothing posted", async (_, changes) => {
  switchGpcOn();
  await openPage({ gpc: "legal_optout", trackers: changedTrackers(changes) });
  expect(document.body.textContent).not.toContain(STATUS);
  click("[data-action=reject]");
  await settle();
  expect(get("[data-placet=reopen]")!.textContent).toBe("");
  expect(posted().map(({ method }) => method)).toEqual(["banner:reject-all"]);
});

test.each(["no", "honour"] as const)("where the law makes nothing of it (%s), no receipt is posted", async (gpc) => {
  switchGpcOn();
  const { api } = await openPage({ gpc });
  expect(posted()).toEqual([]);
  expect(api.allows("advertising")).toBe(false);
});

test.each(["1", 1, "true", undefined])("only `true` is the signal, not %j", async (globalPrivacyControl) => {
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { globalPrivacyControl }));
  setActive(true);
  const { api } = await openPage();
  expect(api.get().gpc).toBe(false);
});
