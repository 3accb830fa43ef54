/** Bringing what does not travel with the loader. */

import { expect, test, vi } from "vitest";
import type { After } from "../src/after/part";
import { createParts, type LoadPart } from "../src/parts";
import type { PartContext } from "../src/preferences/part";
import { usePages } from "./page";

usePages();

const CONTEXT = {} as PartContext;
const makePart = () => ({}) as After;
const outcome = (promise: Promise<unknown>) =>
  promise.then(
    (part) => part,
    () => "failed",
  );

test("a part is loaded once, however often it is asked for, and made once", async () => {
  const load = vi.fn<LoadPart>();
  const make = vi.fn(makePart);
  const parts = createParts(load, () => CONTEXT);
  const [first, second] = [parts.bring("after"), parts.bring("after")];
  expect(parts.here.after).toBeUndefined();
  parts.arrive("after", make);
  parts.arrive("after", make);
  expect(await first).toBe(parts.here.after);
  expect(await second).toBe(await first);
  expect(await parts.bring("after")).toBe(await first);
  expect(load).toHaveBeenCalledExactlyOnceWith("after", expect.any(Function), parts.arrive);
  expect(make).toHaveBeenCalledExactlyOnceWith(CONTEXT);
});

test("one that arrives at once is there at once", async () => {
  const parts = createParts(
    (name, _fail, arrive) => name === "after" && arrive(name, makePart),
    () => CONTEXT,
  );
  expect(await parts.bring("after")).toBe(parts.here.after);
});

test("a failure is told, and the next who asks has it tried again", async () => {
  const load = vi.fn<LoadPart>((_name, fail) => queueMicrotask(fail));
  const parts = createParts(load, () => CONTEXT);
  expect(await outcome(parts.bring("after"))).toBe("failed");
  load.mockImplementation((name, _fail, arrive) => name === "after" && arrive(name, makePart));
  expect(await outcome(parts.bring("after"))).toBe(parts.here.after);
  expect(load).toHaveBeenCalledTimes(2);
});

test("after 10 s it has not come; when it comes later, it counts all the same", async () => {
  const load = vi.fn<LoadPart>();
  const parts = createParts(load, () => CONTEXT);
  const asked = outcome(parts.bring("after"));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await asked).toBe("failed");
  const again = outcome(parts.bring("after"));
  expect(load).toHaveBeenCalledTimes(2);
  parts.arrive("after", makePart);
  expect(await again).toBe(parts.here.after);
});

test("one that comes late without anybody asking again is there for the next who does", async () => {
  const load = vi.fn<LoadPart>();
  const parts = createParts(load, () => CONTEXT);
  const asked = outcome(parts.bring("after"));
  await vi.advanceTimersByTimeAsync(10_000);
  await asked;
  parts.arrive("after", makePart);
  expect(await outcome(parts.bring("after"))).toBe(parts.here.after);
  expect(load).toHaveBeenCalledOnce();
});

test("one that arrives in time is not given up when its time is over", async () => {
  const load = vi.fn<LoadPart>();
  const parts = createParts(load, () => CONTEXT);
  parts.bring("after");
  parts.arrive("after", makePart);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await outcome(parts.bring("after"))).toBe(parts.here.after);
  expect(load).toHaveBeenCalledOnce();
});

test("parts do not wait for each other", async () => {
  const load = vi.fn<LoadPart>((name, fail) => {
    if (name === "preferences") queueMicrotask(fail);
  });
  const parts = createParts(load, () => CONTEXT);
  const after = outcome(parts.bring("after"));
  expect(await outcome(parts.bring("preferences"))).toBe("failed");
  parts.arrive("after", makePart);
  expect(await after).toBe(parts.here.after);
});
