/** Another tab's choice: heard at once, or when this page is seen again. */

import { expect, test, vi } from "vitest";
import { readQueue } from "../src/choice/draft";
import { FakeChannel, usePages } from "./page";
import { openPage, openSession } from "./sites";
import { ANALYTICS, CLICK, makeConfig, NAME, NOTHING, SITE, setCookie } from "./support";

usePages();

const kept = () => localStorage.getItem(NAME);
const keep = (value: string) => localStorage.setItem(NAME, value);
const UNTRUSTED = { ...CLICK, trusted: false };

const open = () => {
  const opened = openSession();
  opened.session.makeChoice({ analytics: true }, CLICK);
  opened.session.attend();
  for (const called of Object.values(opened.after)) if ("mockClear" in called) called.mockClear();
  return opened;
};
const becomeVisible = () => document.dispatchEvent(new Event("visibilitychange"));

test("is obeyed at once, and posted by nobody again", () => {
  const { session } = open();
  localStorage.clear();
  const [mine] = FakeChannel.all;
  expect(mine.name).toBe(NAME);
  new FakeChannel(NAME).postMessage(NOTHING);
  expect(session.state().choice?.granted).toEqual([]);
  expect(session.allows("clickstream")).toBe(false);
  expect(readQueue(SITE)).toEqual([]);
});

test("reaches every tab of the site, and no other's", () => {
  const [first, second] = [openSession(), openSession()];
  const other = openSession(makeConfig({ site: "s_other" }));
  for (const { session } of [first, second, other]) session.attend();
  first.session.makeChoice({ analytics: true }, CLICK);
  expect(second.session.state().choice?.granted).toEqual(["analytics"]);
  expect(other.session.state().choice).toBeNull();
  second.session.makeChoice(second.session.wishFor(false), UNTRUSTED);
  expect(first.session.allows("clickstream")).toBe(false);
  expect(first.after.tidy).toHaveBeenCalledOnce();
});

test.each([["nonsense"], [null], [{ granted: ["analytics"] }]])("%j is none", (message) => {
  const { session, changed } = open();
  changed.mockClear();
  new FakeChannel(NAME).postMessage(message);
  expect(session.state().choice?.granted).toEqual(["analytics"]);
  expect(changed).not.toHaveBeenCalled();
});

test("that was made while this page was not listening yet is obeyed when it begins to", () => {
  const [first, late] = [openSession(), openSession()];
  first.session.makeChoice({ analytics: true }, CLICK);
  expect(late.session.state().choice).toBeNull();
  late.session.attend();
  expect(late.session.state().choice?.granted).toEqual(["analytics"]);
  first.session.makeChoice(first.session.wishFor(false), CLICK);
  expect(late.session.state().choice?.granted).toEqual([]);
});

test("is obeyed by a page that opened behind others and has got no frame", async () => {
  keep(ANALYTICS);
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  vi.stubGlobal("requestAnimationFrame", () => 0);
  const { api } = await openPage({}, { isStill: true });
  expect(api.allows("clickstream")).toBe(true);
  new FakeChannel(NAME).postMessage(NOTHING);
  expect(api.allows("clickstream")).toBe(false);
});

test("is read when a page comes back or is seen again", () => {
  const { session, changed } = open();
  changed.mockClear();
  becomeVisible();
  expect(changed).not.toHaveBeenCalled();
  setCookie(`${NAME}=${NOTHING};Path=/`);
  keep(NOTHING);
  becomeVisible();
  expect(session.allows("clickstream")).toBe(false);
});

test("where no choice is to be read any more, the one of this page stays", () => {
  const { session } = open();
  setCookie(`${NAME}=;Path=/;Max-Age=0`);
  localStorage.clear();
  becomeVisible();
  expect(session.allows("clickstream")).toBe(true);
});

test("without channels tabs still hear when they are seen", () => {
  vi.stubGlobal("BroadcastChannel", undefined);
  const { session } = open();
  keep("1.3.-.-.20779.20959");
  setCookie(`${NAME}=${NOTHING};Path=/`);
  becomeVisible();
  expect(session.allows("clickstream")).toBe(false);
});

test("a no that storage has not taken is not undone by the yes that still stands there", () => {
  keep(ANALYTICS);
  const { session } = openSession();
  vi.spyOn(document, "cookie", "set").mockReturnValue();
  vi.spyOn(localStorage, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  session.makeChoice(session.wishFor(false), CLICK);
  expect(kept()).toBe(ANALYTICS);
  becomeVisible();
  expect(session.allows("clickstream")).toBe(false);
});
