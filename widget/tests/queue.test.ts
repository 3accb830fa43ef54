import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newSecret, uuidv7 } from "../src/receipts/ids";
import { createQueue } from "../src/receipts/queue";
import { type Body, makeReceipt, readRecord } from "../src/receipts/receipt";
import { acknowledge, answer, clearBrowser, makeConfig, NAME, NOW, postedId, problem, SITE } from "./support";

const KEY = `${NAME}_queue`;
const bodyOf = (id: string, analytics = false): Body => ({
  id,
  secret: "s",
  choices: { necessary: true, analytics },
  trackers: {},
});
const kept = () => JSON.parse(localStorage.getItem(KEY) || "[]").map(({ id }: Body) => id);
const keep = (...bodies: Body[]) => localStorage.setItem(KEY, JSON.stringify(bodies));
const queueOn = (send: typeof fetch) => createQueue(SITE, "https://consent.example", send);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  clearBrowser();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a receipt is posted as the contract says, and forgotten once acknowledged", async () => {
  const send = vi.fn<typeof fetch>(acknowledge);
  queueOn(send).add(bodyOf("a"));
  expect(kept()).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(send).toHaveBeenCalledExactlyOnceWith(
    `https://consent.example/v1/sites/${SITE}/receipts`,
    expect.objectContaining({
      method: "POST",
      body: JSON.stringify(bodyOf("a")),
      keepalive: true,
      credentials: "omit",
      referrerPolicy: "strict-origin",
    }),
  );
  expect(send.mock.calls[0][1]).not.toHaveProperty("headers");
  expect(localStorage.getItem(KEY)).toBeNull();
});

test.each([
  ["503", async () => problem(503, "unavailable")],
  ["429", async () => problem(429, "rate_limited")],
  ["408", async () => problem(408, "request_timeout")],
  ["425", async () => problem(425, "too_early")],
  ["a dead network", () => Promise.reject(new TypeError("network"))],
])("after %s it is kept and sent again, each time later", async (_, fail) => {
  const send = vi.fn<typeof fetch>(fail);
  queueOn(send).add(bodyOf("a"));
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
  const send = vi.fn<typeof fetch>(stray);
  queueOn(send).add(bodyOf("a"));
  await vi.advanceTimersByTimeAsync(0);
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
  const given = answer(status, body);
  queueOn(async () => given).add(bodyOf("a"));
  await vi.advanceTimersByTimeAsync(0);
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
  queueOn(send).deliver();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(["yes-1", "no-1", "no-2", "yes-2", "yes-3"]);
  expect(kept()).toEqual(["yes-1", "yes-2", "yes-3"]);
});

test("while a grant waits, a new refusal goes before it", async () => {
  const { asked, send } = busyWithGrants();
  const queue = queueOn(send);
  queue.add(bodyOf("yes", true));
  await vi.advanceTimersByTimeAsync(0);
  queue.add(bodyOf("no"));
  expect(asked).toEqual(["yes", "no"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toEqual(["yes"]);
});

test("one that fails on the way does not hold up the others either", async () => {
  keep(bodyOf("a"), bodyOf("b"));
  const send = vi.fn<typeof fetch>(acknowledge).mockRejectedValueOnce(new TypeError("network"));
  queueOn(send).deliver();
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(kept()).toEqual([]);
});

test("without trouble receipts go in the order of the choices", async () => {
  keep(bodyOf("a", true), bodyOf("b"), bodyOf("c", true));
  const send = vi.fn<typeof fetch>(acknowledge);
  queueOn(send).deliver();
  await vi.advanceTimersByTimeAsync(0);
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
  queueOn(send).add(bodyOf("yes", true));
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
  queueOn(send).add(bodyOf("a"));
  await vi.advanceTimersByTimeAsync(12_000);
  expect(send).toHaveBeenCalledTimes(2);
  expect(kept()).toEqual(["a"]);
});

test("what cannot succeed is dropped with one line that names the code", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  queueOn(async () => problem(422, "unknown_category")).add(bodyOf("a"));
  await vi.advanceTimersByTimeAsync(0);
  expect(kept()).toEqual([]);
  expect(warn).toHaveBeenCalledExactlyOnceWith("placet:", "receipt refused: unknown_category");
});

test("of more than 20 the oldest grants go, refusals last", () => {
  const queue = queueOn(() => new Promise(() => undefined));
  queue.add(bodyOf("refusal"));
  queue.add(bodyOf("grant", true));
  for (let index = 0; index < 19; index++) queue.add(bodyOf(`${index}`));
  expect(kept()).toHaveLength(20);
  expect(kept()[0]).toBe("refusal");
  expect(kept()).not.toContain("grant");
  queue.add(bodyOf("last"));
  expect(kept()).not.toContain("refusal");
});

test("a later page delivers what an earlier one left", async () => {
  localStorage.setItem(KEY, JSON.stringify([bodyOf("a"), null, bodyOf("b")]));
  const send = vi.fn<typeof fetch>(acknowledge);
  queueOn(send).deliver();
  await vi.advanceTimersByTimeAsync(0);
  expect(send).toHaveBeenCalledTimes(2);
  expect(kept()).toEqual([]);
});

test("ids are UUIDv7 in the order of time, secrets 16 bytes base64url", () => {
  expect(uuidv7(NOW)).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(Number.parseInt(uuidv7(NOW).replace("-", "").slice(0, 12), 16)).toBe(NOW);
  expect(uuidv7(NOW) < uuidv7(NOW + 1)).toBe(true);
  expect(newSecret()).toMatch(/^[\w-]{22}$/);
  expect(newSecret()).not.toBe(newSecret());
});

const states = (analytics: boolean) => ({ choices: { necessary: true, analytics }, trackers: {} });
const occasion = { method: "banner:reject-all", trusted: true, layer: 1, shownAt: NOW - 4_000 } as const;

test("of a first refusal nothing is kept", () => {
  const body = makeReceipt(makeConfig(), {}, states(false), occasion, false, NOW);
  expect(body).toMatchObject({ previous: null, layout: "corner", viewport: "medium", gpc: false });
  expect(JSON.parse(JSON.stringify(body)).shown_at).toBe("2026-11-22T11:59:56.000Z");
  expect(localStorage.length).toBe(0);
});

test("from the first yes on, receipts of a browser belong together", () => {
  const yes = makeReceipt(makeConfig(), {}, states(true), occasion, false, NOW);
  expect(readRecord(SITE)).toEqual({ secret: yes.secret, previous: yes.id });
  const no = makeReceipt(makeConfig(), {}, states(false), occasion, false, NOW + 1);
  expect(no).toMatchObject({ secret: yes.secret, previous: yes.id });
  expect(readRecord(SITE)?.previous).toBe(no.id);
});

test("the receipt of the signal stands apart from the record", () => {
  const yes = makeReceipt(makeConfig(), {}, states(true), occasion, false, NOW);
  const signal = makeReceipt(makeConfig(), {}, states(false), { method: "gpc", trusted: false }, true, NOW);
  expect(signal.secret).not.toBe(yes.secret);
  expect(signal).toMatchObject({ previous: null, gpc: true });
  expect(readRecord(SITE)?.previous).toBe(yes.id);
});
