/** What a click leaves behind, and how it comes to the part that delivers it. */

import { expect, test, vi } from "vitest";
import { createQueue } from "../src/after/queue";
import type { Body } from "../src/after/receipt";
import { queueName, readQueue } from "../src/choice/draft";
import type { LoadPart } from "../src/parts";
import { posted, usePages } from "./page";
import { click, openPage, openSession, switchGpcOn } from "./sites";
import { acknowledge, answer, blockStorage, CLICK, makeConfig, NAME, NOW, postedId, SITE, settle } from "./support";

usePages();

const waiting = () => readQueue<Body>(SITE);
const never: LoadPart = () => undefined;

test("a draft says all that a receipt says, but for what names it", () => {
  const { session, after } = openSession();
  session.makeChoice({ analytics: true }, { ...CLICK, shownAt: NOW - 4_000, scheme: "light", equality: true });
  const config = makeConfig();
  expect(waiting()).toEqual([
    {
      method: "banner:accept-all",
      trusted: true,
      layer: 1,
      scheme: "light",
      equality: true,
      choices: { necessary: true, functional: false, analytics: true, recording: false, marketing: false },
      trackers: {},
      config: { version: 3, sha256: config.sha256 },
      notice: config.notice,
      widget: config.widget,
      gpc: false,
      layout: "corner",
      viewport: 1024,
      shown_at: NOW - 4_000,
      decided_at: NOW,
      shown: config.shown,
    },
  ]);
  expect(after.deliver).toHaveBeenCalledExactlyOnceWith([], true);
});

test("where nothing was shown, nothing is said of how it looked", () => {
  const { session } = openSession();
  session.makeChoice(session.wishFor(false), { method: "api", trusted: false });
  const [draft] = waiting();
  for (const field of ["layer", "layout", "scheme", "equality"]) expect(draft).not.toHaveProperty(field);
  expect(draft).toMatchObject({ shown_at: NOW, decided_at: NOW });
});

test("trackers that differ from their category are said with their own state", () => {
  const { session } = openSession(makeConfig({ choice_per_tracker: true }));
  session.makeChoice({ analytics: true, clickstream: false, advertising: true }, CLICK);
  expect(waiting()[0]).toMatchObject({
    choices: { analytics: true, marketing: false },
    trackers: { clickstream: false, advertising: true },
  });
});

test("the state of the signal is noted", () => {
  switchGpcOn();
  const { session } = openSession();
  session.makeChoice(session.wishFor(false), CLICK);
  expect(waiting()[0].gpc).toBe(true);
});

test("where a site has bundled the widget, no build is named", () => {
  const { session } = openSession(makeConfig({ widget: null }));
  session.makeChoice(session.wishFor(false), CLICK);
  expect(waiting()[0].widget).toBeNull();
});

test("clicks before the part has come wait in storage, and are delivered in their order when it comes", async () => {
  let arrive = () => undefined as unknown;
  const { api } = await openPage(
    {},
    {
      load: (name, _fail, done) => {
        if (name === "after") arrive = async () => done(name, (await import("../src/after/part")).makeAfter);
      },
    },
  );
  click("[data-action=accept]");
  api.reject();
  await settle();
  expect(waiting().map(({ method, id }) => [method, id])).toEqual([
    ["banner:accept-all", undefined],
    ["api", undefined],
  ]);
  expect(posted()).toEqual([]);
  await arrive();
  await settle();
  expect(posted().map(({ method }) => method)).toEqual(["banner:accept-all", "api"]);
  expect(posted()[1].previous).toBe(posted()[0].id);
  expect(waiting()).toEqual([]);
});

test("with storage blocked they wait in memory", async () => {
  blockStorage();
  await openPage();
  click("[data-action=accept]");
  await settle();
  expect(posted()).toMatchObject([{ method: "banner:accept-all", trusted: true }]);
});

test("what waits in memory for the part is handed over once", () => {
  blockStorage();
  const { session, after } = openSession();
  session.makeChoice({ analytics: true }, CLICK);
  session.makeChoice(session.wishFor(false), CLICK);
  expect(after.deliver.mock.calls.map(([drafts]) => drafts.map(({ choices }) => choices.analytics))).toEqual([
    [true],
    [false],
  ]);
});

test("a draft of an earlier page is delivered on the next one", async () => {
  await openPage({}, { load: never });
  click("[data-action=reject]");
  await settle();
  expect(posted()).toEqual([]);
  const [draft] = waiting();
  Reflect.deleteProperty(window, "placet");
  const { asked } = await openPage();
  await settle();
  expect(asked).toContain("after");
  expect(posted()).toMatchObject([{ method: "banner:reject-all", choices: draft.choices }]);
  expect(posted()[0].decided_at).toBe("2026-11-22T12:00:00.020Z");
  expect(waiting()).toEqual([]);
});

test("where nothing waits, the part is not asked for", async () => {
  localStorage.setItem(NAME, "1.3.-.-.20779.20959");
  const { asked } = await openPage();
  expect(asked).toEqual([]);
});

test("what waits is looked for again when the page is seen again", () => {
  const { after } = openSession();
  localStorage.setItem(queueName(SITE), JSON.stringify([{ choices: {} }]));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(after.deliver).toHaveBeenCalledExactlyOnceWith([], false);
});

const draft = (analytics: boolean, decided_at: number) => ({
  method: "banner:accept-all",
  trusted: true,
  choices: { necessary: true, analytics },
  trackers: {},
  viewport: 1024,
  shown_at: decided_at,
  decided_at,
});

test("a draft becomes a receipt once, and keeps its id however often it is sent", async () => {
  localStorage.setItem(queueName(SITE), JSON.stringify([draft(true, NOW)]));
  const ids: string[] = [];
  const send = vi.fn<typeof fetch>(async (_, init) => {
    ids.push(postedId(init));
    return answer(503);
  });
  createQueue(SITE, "https://consent.example", send).deliver([], false);
  await settle();
  expect(waiting().map(({ id }) => id)).toEqual(ids);
  send.mockImplementation(async (url, init) => {
    ids.push(postedId(init));
    return acknowledge(url, init);
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(new Set(ids).size).toBe(1);
  expect(ids).toHaveLength(2);
  expect(waiting()).toEqual([]);
});
