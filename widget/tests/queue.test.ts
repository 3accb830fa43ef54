/** Receipts on their way: kept until the server has them, and sent again. */

import { expect, test, vi } from "vitest";
import { createQueue } from "../src/after/queue";
import type { Body } from "../src/after/receipt";
import { queueName } from "../src/choice/draft";
import { usePages } from "./page";
import {
  ANALYTICS,
  acknowledge,
  answer,
  blockStorage,
  hush,
  NAME,
  NOTHING,
  postedId,
  problem,
  SITE,
  settle,
} from "./support";

usePages();

const KEY = queueName(SITE);
const bodyOf = (id: string, analytics = false): Body => ({
  id,
  secret: "s",
  choices: { necessary: true, analytics },
  trackers: {},
});
const kept = () => JSON.parse(localStorage.getItem(KEY) || "[]").map(({ id }: Body) => id);
const keep = (...bodies: Body[]) => localStorage.setItem(KEY, JSON.stringify(bodies));
const queueOn = (send: typeof fetch, api = "https://consent.example") => createQueue(SITE, api, send);

/** A click: what it leaves joins what waits, and all is sent. */
function add(queue: ReturnType<typeof createQueue>, body: Body): void {
  keep(...JSON.parse(localStorage.getItem(KEY) || "[]"), body);
  queue.deliver([], true);
}

test("a receipt is posted as the contract says, and forgotten once acknowledged", async () => {
  const send = vi.fn<typeof fetch>(acknowledge);
  add(queueOn(send), bodyOf("a"));
  expect(kept()).toEqual(["a"]);
  await settle();
  expect(send).toHaveBeenCalledExactlyOnceWith(
    `https://consent.example/v1/sites/${SITE}/receipts`,
    expect.objectContaining({
      method: "POST",
      body: JSON.stringify(bodyOf("a")),
      keepalive: true,
      referrerPolicy: "strict-origin",
    }),
  );
  // By its default `fetch` sends and takes cookies on the page's own origin, and nowhere else.
  expect(send.mock.calls[0][1]).not.toHaveProperty("credentials");
  expect(send.mock.calls[0][1]).not.toHaveProperty("headers");
  expect(localStorage.getItem(KEY)).toBeNull();
});

test("mounted on the page's origin it says what the browser keeps by the time it is sent, each time anew, and does not keep that itself", async () => {
  hush();
  const send = vi.fn<typeof fetch>(async () => problem(503, "unavailable"));
  const said = () => JSON.parse(`${send.mock.lastCall?.[1]?.body}`).choice;
  localStorage.setItem(NAME, ANALYTICS);
  add(queueOn(send, `${location.origin}/_placet`), bodyOf("a", true));
  expect(said()).toBe(ANALYTICS);
  localStorage.setItem(NAME, NOTHING);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(said()).toBe(NOTHING);
  expect(localStorage.getItem(KEY)).not.toContain('choice"');
});

test.each([
  ["503", async () => problem(503, "unavailable")],
  ["429", async () => problem(429, "rate_limited")],
  ["408", async () => problem(408, "request_timeout")],
  ["425", async () => problem(425, "too_early")],
  ["a dead network", () => Promise.reject(new TypeError("network"))],
])("after %s it is kept and sent again, each time later", async (_, fail) => {
  const send = vi.fn<typeof fetch>(fail);
  add(queueOn(send), bodyOf("a"));
  await vi.advanceTimersByTimeAsync(1_999);
  expect(send).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(send).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(3_999);
  expect(send).toHaveBeenCalledTimes(2);
  send.mockImplementation(acknowledge);
  await vi.advanceTimersByTimeAsync(1);
  expect(kept()).toEqual([]);
});

test.each([
  ["a captive portal's page", async () => answer(200, "<!doctype html>", { "Content-Type": "text/html" })],
  ["JSON of somebody else", async () => answer(200, { id: "b" })],
  ["JSON that is nothing", async () => answer(201, null)],
  ["an empty 200", async () => answer(200, "")],
  ["the id under another status", async () => answer(202, { id: "a" })],
  ["a proxy's 403", async () => answer(403, "<h1>Forbidden</h1>", { "Content-Type": "text/html" })],
  ["a proxy's 404 in JSON", async () => answer(404, { code: "gone" }, { "Content-Type": "application/json" })],
  ["a problem without a code", async () => answer(400, {}, { "Content-Type": "application/problem+json" })],
  ["a redirect's problem", async () => problem(302, "moved")],
])("%s is no answer to a receipt: it stays", async (_, stray) => {
  hush();
  const send = vi.fn<typeof fetch>(stray);
  add(queueOn(send), bodyOf("a"));
  await settle();
  expect(kept()).toEqual(["a"]);
  send.mockImplementation(acknowledge);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(kept()).toEqual([]);
});

test.each([
  ["stored", 201, { id: "a" }],
  ["unavailable", 503, "<h1>Bad gateway</h1>"],
  ["rate limited", 429, { code: "rate_limited" }],
])("an answer is read to its end: %s", async (_, status, body) => {
  hush();
  const given = answer(status, body);
  add(
    queueOn(async () => given),
    bodyOf("a"),
  );
  await settle();
  expect(given.bodyUsed).toBe(true);
});

/** A server that refuses grants for now, and says how long. Returns what it was asked, in order, and its `send`. */
function busyWithGrants(retryAfter?: string) {
  const asked: string[] = [];
  const send: typeof fetch = async (url, init) => {
    asked.push(postedId(init));
    if (!postedId(init).startsWith("yes")) return acknowledge(url, init);
    return problem(429, "rate_limited", retryAfter ? { "Retry-After": retryAfter } : {});
  };
  return { asked, send };
}

test("a grant that has to wait does not hold up a refusal", async () => {
  keep(bodyOf("yes-1", true), bodyOf("yes-2", true), bodyOf("no-1"), bodyOf("yes-3", true), bodyOf("no-2"));
  const { asked, send } = busyWithGrants();
  queueOn(send).deliver([], false);
  await settle();
  expect(asked).toEqual(["yes-1", "no-1", "no-2", "yes-2", "yes-3"]);
  expect(kept()).toEqual(["yes-1", "yes-2", "yes-3"]);
});

test("while a grant waits, a new refusal goes before it", async () => {
  const { asked, send } = busyWithGrants();
  const queue = queueOn(send);
  add(queue, bodyOf("yes", true));
  await settle();
  add(queue, bodyOf("no"));
  expect(asked).toEqual(["yes", "no"]);
  await settle();
  expect(kept()).toEqual(["yes"]);
});

test("one that fails on the way does not hold up the others either", async () => {
  keep(bodyOf("a"), bodyOf("b"));
  const send = vi.fn<typeof fetch>(acknowledge).mockRejectedValueOnce(new TypeError("network"));
  queueOn(send).deliver([], false);
  await settle();
  expect(kept()).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(kept()).toEqual([]);
});

test("without trouble receipts go in the order of the choices", async () => {
  keep(bodyOf("a", true), bodyOf("b"), bodyOf("c", true));
  const send = vi.fn<typeof fetch>(acknowledge);
  queueOn(send).deliver([], false);
  await settle();
  expect(send.mock.calls.map(([, init]) => postedId(init))).toEqual(["a", "b", "c"]);
});

test.each([
  ["60", 60_000],
  ["1", 2_000],
  ["-5", 2_000],
  ["86400", 300_000],
  ["Wed, 25 Nov 2026 12:00:00 GMT", 2_000],
])("Retry-After: %s makes it wait %i ms", async (retryAfter, waited) => {
  const { asked, send } = busyWithGrants(retryAfter);
  add(queueOn(send), bodyOf("yes", true));
  await vi.advanceTimersByTimeAsync(waited - 1);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(2);
});

test("a server that never answers is left after 10 s", async () => {
  const send = vi.fn<typeof fetch>().mockImplementation(
    (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new DOMException("late", "AbortError")));
      }),
  );
  add(queueOn(send), bodyOf("a"));
  await vi.advanceTimersByTimeAsync(12_000);
  expect(send).toHaveBeenCalledTimes(2);
  expect(kept()).toEqual(["a"]);
});

test("what cannot succeed is dropped with one line that names the code", async () => {
  const warn = hush();
  add(
    queueOn(async () => problem(422, "unknown_category")),
    bodyOf("a"),
  );
  await settle();
  expect(kept()).toEqual([]);
  expect(warn).toHaveBeenCalledExactlyOnceWith("placet:", "receipt refused: unknown_category");
});

test("of more than 20 the oldest grants go, refusals last", () => {
  const queue = queueOn(() => new Promise(() => undefined));
  add(queue, bodyOf("refusal"));
  add(queue, bodyOf("grant", true));
  for (let index = 0; index < 19; index++) add(queue, bodyOf(`${index}`));
  expect(kept()).toHaveLength(20);
  expect(kept()[0]).toBe("refusal");
  expect(kept()).not.toContain("grant");
  add(queue, bodyOf("last"));
  expect(kept()).not.toContain("refusal");
});

test("a later page delivers what an earlier one left", async () => {
  localStorage.setItem(KEY, JSON.stringify([bodyOf("a"), null, bodyOf("b")]));
  const send = vi.fn<typeof fetch>(acknowledge);
  queueOn(send).deliver([], false);
  await settle();
  expect(send).toHaveBeenCalledTimes(2);
  expect(kept()).toEqual([]);
});

test("a click's receipt is sent in the click itself, so that the request outlives the page", () => {
  const send = vi.fn<typeof fetch>(acknowledge);
  add(queueOn(send), bodyOf("a"));
  expect(send).toHaveBeenCalledOnce();
});

test("otherwise one tab sends at a time, where there are locks", async () => {
  const request = vi.fn(async (_name: string, work: () => Promise<void>) => work());
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), {}));
  Object.defineProperty(navigator, "locks", { value: { request } });
  keep(bodyOf("a"));
  queueOn(acknowledge).deliver([], false);
  await settle();
  expect(request).toHaveBeenCalledExactlyOnceWith(KEY, expect.any(Function));
  add(queueOn(acknowledge), bodyOf("b"));
  await settle();
  expect(request).toHaveBeenCalledOnce();
  expect(kept()).toEqual([]);
});

test.each([
  ["the browser is online again", () => window.dispatchEvent(new Event("online"))],
  ["the page is hidden or shown", () => document.dispatchEvent(new Event("visibilitychange"))],
])("the wait is cut short when %s", async (_, happen) => {
  const send = vi.fn<typeof fetch>().mockRejectedValueOnce(new TypeError("network")).mockImplementation(acknowledge);
  add(queueOn(send), bodyOf("a"));
  await settle();
  expect(kept()).toEqual(["a"]);
  happen();
  await settle();
  expect(kept()).toEqual([]);
});

test("where nothing waits, nothing is asked of anybody", async () => {
  const send = vi.fn<typeof fetch>(acknowledge);
  queueOn(send).deliver([], false);
  window.dispatchEvent(new Event("online"));
  await settle();
  expect(send).not.toHaveBeenCalled();
});

test("with storage blocked what waits is kept in memory, and sent again", async () => {
  blockStorage();
  const send = vi.fn<typeof fetch>().mockRejectedValueOnce(new TypeError("network")).mockImplementation(acknowledge);
  const draft = {
    choices: { necessary: true, analytics: true },
    trackers: {},
    viewport: 1024,
    shown_at: 0,
    decided_at: 0,
  };
  queueOn(send).deliver([draft], true);
  await vi.advanceTimersByTimeAsync(2_000);
  const [first, second] = send.mock.calls.map(([, init]) => postedId(init));
  expect(first).toBe(second);
  expect(JSON.parse(`${send.mock.lastCall?.[1]?.body}`)).not.toHaveProperty("choice");
  window.dispatchEvent(new Event("online"));
  await settle();
  expect(send).toHaveBeenCalledTimes(2);
});
