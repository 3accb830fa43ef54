import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deleteStored, stopTracker } from "../src/gate/withdraw";
import type { StorageItem } from "../src/types";
import { clearBrowser, makeTracker } from "./support";

const item = (kind: StorageItem["kind"], name: string): StorageItem => ({ kind, name, lifetime: "P1D", domain: null });
const setCookie = (text: string) => {
  // biome-ignore lint/suspicious/noDocumentCookie: what the widget itself has to use
  document.cookie = text;
};

beforeEach(clearBrowser);
afterEach(() => vi.restoreAllMocks());

test("stop functions are found by their path and called on their owner, without arguments", () => {
  const stop = vi.fn();
  vi.stubGlobal("recorder", { deep: { stop } });
  stopTracker(makeTracker({ stop: ["recorder.deep.stop"] }));
  expect(stop).toHaveBeenCalledExactlyOnceWith();
});

test("a missing or throwing stop function stops neither us nor the next one", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const stop = vi.fn();
  vi.stubGlobal("broken", () => {
    throw new Error("broken");
  });
  vi.stubGlobal("fine", stop);
  stopTracker(makeTracker({ stop: ["nowhere.at.all", "broken", "fine"] }));
  expect(stop).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledOnce();
});

test("cookies and keys of held trackers go, by name and by prefix; all others stay", () => {
  for (const name of ["_xa_1", "_xa_2", "_x", "other"]) {
    setCookie(`${name}=1;Path=/`);
    localStorage.setItem(name, "1");
    sessionStorage.setItem(name, "1");
  }
  const storage = [item("cookie", "_xa_*"), item("local", "_x"), item("session", "_xa_*")];
  vi.useFakeTimers({ now: Date.now() });
  deleteStored([makeTracker({ storage })], []);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  expect(document.cookie.split("; ").sort()).toEqual(["_x=1", "other=1"]);
  expect(Object.keys(localStorage).sort()).toEqual(["_xa_1", "_xa_2", "other"]);
  expect(Object.keys(sessionStorage).sort()).toEqual(["_x", "other"]);
});

test("what an allowed tracker lists too, and what is ours, stays", () => {
  for (const name of ["shared", "mine", "placet_s_x"]) localStorage.setItem(name, "1");
  const held = makeTracker({ storage: [item("local", "*")] });
  deleteStored([held], [makeTracker({ id: "other", storage: [item("local", "shared")] })]);
  expect(Object.keys(localStorage).sort()).toEqual(["placet_s_x", "shared"]);
});

test("databases are deleted by name, and by prefix where the browser lists them", async () => {
  const deleteDatabase = vi.fn();
  const databases = async () => [{ name: "rec-1" }, { name: "page" }];
  vi.stubGlobal("indexedDB", { deleteDatabase, databases });
  deleteStored([makeTracker({ storage: [item("indexeddb", "rec-*"), item("indexeddb", "one")] })], []);
  await vi.waitFor(() => expect(deleteDatabase).toHaveBeenCalledTimes(2));
  expect(deleteDatabase.mock.calls.flat().sort()).toEqual(["one", "rec-1"]);
});
