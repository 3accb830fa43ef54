import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newSecret, uuidv7 } from "../src/receipts/ids";
import { createQueue } from "../src/receipts/queue";
import { type Body, makeReceipt, readRecord } from "../src/receipts/receipt";
import { answer, clearBrowser, makeConfig, NAME, NOW, SITE } from "./support";

const KEY = `${NAME}_queue`;
const bodyOf = (id: string, analytics = false): Body => ({
  id,
  secret: "s",
  choices: { necessary: true, analytics },
  trackers: {},
});
const kept = () => JSON.parse(localStorage.getItem(KEY) || "[]").map(({ id }: Body) => id);
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
  const send = vi.fn<typeof fetch>().mockResolvedValue(answer(201));
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
  ["503", () => Promise.resolve(answer(503))],
  ["429", () => Promise.resolve(answer(429))],
  ["a dead network", () => Promise.reject(new TypeError("network"))],
])("after %s it is kept and sent again, each time later", async (_, fail) => {
  const send = vi.fn<typeof fetch>().mockImplementation(fail);
  queueOn(send).add(bodyOf("a"));
  await vi.advanceTimersByTimeAsync(1_999);
  expect(send).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(send).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(3_999);
  expect(send).toHaveBeenCalledTimes(2);
  send.mockResolvedValue(answer(200));
  await vi.advanceTimersByTimeAsync(1);
  expect(kept()).toEqual([]);
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
  queueOn(vi.fn<typeof fetch>().mockResolvedValue(answer(422, { code: "unknown_category" }))).add(bodyOf("a"));
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
  const send = vi.fn<typeof fetch>().mockResolvedValue(answer(201));
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
  expect(body.shown_at).toBe("2026-11-22T11:59:56.000Z");
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
