/** Stopping what runs, by steps that are data; and deleting what it has stored. */

import { describe, expect, test, vi } from "vitest";
import { deleteStored, stopTracker } from "../src/after/withdraw";
import { usePages } from "./page";
import { blockStorage, hush, makeTracker, setCookie } from "./support";

usePages();

const stop = (...steps: string[]) => stopTracker(makeTracker({ stop: steps }));

describe("a step", () => {
  test("calls a function by its path, on its owner, without arguments", () => {
    const recorder = { deep: { stop: vi.fn() } };
    vi.stubGlobal("recorder", recorder);
    stop("recorder.deep.stop");
    expect(recorder.deep.stop).toHaveBeenCalledExactlyOnceWith();
    expect(recorder.deep.stop.mock.contexts).toEqual([recorder.deep]);
  });

  test("gives it what stands in the brackets, as JSON", () => {
    const tag = vi.fn();
    vi.stubGlobal("tag", tag);
    stop('tag("consent", "update", {"ad_storage": "denied", "wait": [1, null, true]})', "tag()", 'tag(") = (")');
    expect(tag.mock.calls).toEqual([
      ["consent", "update", { ad_storage: "denied", wait: [1, null, true] }],
      [],
      [") = ("],
    ]);
  });

  test("sets a value", () => {
    const page = { settings: { on: true as unknown } };
    vi.stubGlobal("page", page);
    vi.stubGlobal("ga-disable-G-1", undefined);
    stop("page.settings.on = false", "ga-disable-G-1 = true");
    expect(page.settings.on).toBe(false);
    expect(window).toHaveProperty("ga-disable-G-1", true);
    stop('page.settings.on = {"a": "b = c"}');
    expect(page.settings.on).toEqual({ a: "b = c" });
  });

  test("that loads the page again is not one for a function of that name", () => {
    const reload = vi.fn();
    vi.stubGlobal("reload", reload);
    stop("reload");
    expect(reload).not.toHaveBeenCalled();
  });

  test("that names what is not there is passed over in silence", () => {
    const warn = hush();
    vi.stubGlobal("half", {});
    stop("nowhere.at.all", "half.stop", "half.deep.stop(1)");
    expect(warn).not.toHaveBeenCalled();
  });

  test("that goes wrong stops neither us nor the next", () => {
    const warn = hush();
    const fine = vi.fn();
    vi.stubGlobal("broken", () => {
      throw new Error("broken");
    });
    vi.stubGlobal("fine", fine);
    stop("broken", "nowhere.at = 1", "fine");
    expect(fine).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test.each([
    "harm(document.cookie)",
    "harm(1) || harm(2)",
    "harm(fetch('/x'))",
    "harm(1); harm(2)",
    "value = harm()",
    "value = document.cookie",
    "harm`1`",
    "(harm)()",
    "harm('single')",
    "new harm()",
    "",
  ])("is never run as a program: %s", (step) => {
    hush();
    const harm = vi.fn();
    vi.stubGlobal("harm", harm);
    vi.stubGlobal("value", "as it was");
    stop(step);
    expect(harm).not.toHaveBeenCalled();
    expect(window).toHaveProperty("value", "as it was");
  });
});

const held = (...storage: string[]) => makeTracker({ storage });

test("cookies and keys of held trackers go, by name and by prefix; all others stay", async () => {
  for (const name of ["_xa_1", "_xa_2", "_x", "other"]) {
    setCookie(`${name}=1;Path=/`);
    localStorage.setItem(name, "1");
    sessionStorage.setItem(name, "1");
  }
  deleteStored([held("cookie _xa_*", "local _x", "session _xa_*")], []);
  await vi.waitFor(() => expect(document.cookie.split("; ").sort()).toEqual(["_x=1", "other=1"]));
  expect(Object.keys(localStorage).sort()).toEqual(["_xa_1", "_xa_2", "other"]);
  expect(Object.keys(sessionStorage).sort()).toEqual(["_x", "other"]);
});

test("a cookie is deleted for this host, its parents and the listed domain", () => {
  setCookie("_xa=1;Path=/");
  const set = vi.spyOn(document, "cookie", "set");
  deleteStored([held("cookie _xa .shared.example", "cookie _never")], []);
  expect(set.mock.calls.flat()).toEqual([
    "_xa=;Path=/;Max-Age=0",
    "_xa=;Path=/;Max-Age=0;Domain=.shared.example",
    "_xa=;Path=/;Max-Age=0;Domain=app.example",
    "_xa=;Path=/;Max-Age=0;Domain=example",
  ]);
});

test("what an allowed tracker lists too, and what is ours, stays", async () => {
  for (const name of ["shared", "mine", "also-1", "placet_s_x"]) localStorage.setItem(name, "1");
  setCookie("shared=1;Path=/");
  const allowed = makeTracker({ id: "other", storage: ["local shared", "local also-*"] });
  deleteStored([held("local *", "cookie shared")], [allowed]);
  expect(Object.keys(localStorage).sort()).toEqual(["also-1", "placet_s_x", "shared"]);
  await vi.waitFor(() => expect(document.cookie).toBe(""));
});

/** The browser's databases; returns what was emptied and what was deleted. */
function stubDatabases(...names: string[]) {
  const done = { cleared: [] as string[], deleted: [] as string[] };
  vi.stubGlobal("indexedDB", {
    databases: async () => names.map((name) => ({ name })),
    deleteDatabase: (name: string) => done.deleted.push(name),
    open: (name: string) => {
      const clear = () => done.cleared.push(name);
      const result = { objectStoreNames: ["a"], transaction: () => ({ objectStore: () => ({ clear }) }), close() {} };
      const opening: { result: unknown; onsuccess?: () => void } = { result };
      queueMicrotask(() => opening.onsuccess?.());
      return opening;
    },
  });
  return done;
}

test("databases are emptied and deleted by name and by prefix, where the browser lists them", async () => {
  const done = stubDatabases("rec-1", "page", "one");
  deleteStored([makeTracker({ storage: ["indexeddb rec-*", "indexeddb one"] })], []);
  await vi.waitFor(() => expect(done.deleted.sort()).toEqual(["one", "rec-1"]));
  expect(done.cleared.sort()).toEqual(["one", "rec-1"]);
});

test("those that what was stopped may still have open are emptied only: deleting would wait for it", async () => {
  const done = stubDatabases("rec-1");
  deleteStored([makeTracker({ storage: ["indexeddb rec-*"] })], [], true);
  await vi.waitFor(() => expect(done.cleared).toEqual(["rec-1"]));
  expect(done.deleted).toEqual([]);
});

test("where databases are not listed or storage is blocked, the rest is deleted all the same", () => {
  vi.stubGlobal("indexedDB", {});
  localStorage.setItem("_x", "1");
  deleteStored([held("indexeddb one", "local _x")], []);
  expect(localStorage.length).toBe(0);
  blockStorage();
  expect(() => deleteStored([held("local _x", "cookie _x", "session _x")], [])).not.toThrow();
});
