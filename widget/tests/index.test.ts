/** The loader's script and its parts, as the server fills them. */

import { expect, test, vi } from "vitest";
import type { PlacetApi } from "../src/api";
import { posted, usePages } from "./page";
import { click, get, point } from "./sites";
import { ALL, hush, makeLoaderConfig, makeNotice, NAME, NOTHING, nextFrame, SITE, settle } from "./support";

usePages();

const page = window as { placet?: PlacetApi };
const TAG = `https://consent.example.com/s/${SITE}.js`;
const PARTS = { after: "a0a0a0a0a0a0a0a0", preferences: "b1b1b1b1b1b1b1b1" };

/** Has a script of ours run as a function with its documents for arguments does: as free names. */
async function run(name: string, documents: Record<string, unknown>): Promise<void> {
  for (const [key, value] of Object.entries(documents)) vi.stubGlobal(key, value);
  vi.resetModules();
  if (name === "loader") await import("../src/index");
  if (name === "after") await import("../src/after/index");
  if (name === "preferences") await import("../src/preferences/index");
}

/** Our own tag, with such attributes. */
function load(attributes: Record<string, string> = {}, config: unknown = makeLoaderConfig()): Promise<void> {
  const tag = document.createElement("script");
  for (const [name, value] of Object.entries({ src: TAG, ...attributes })) tag.setAttribute(name, value);
  if (attributes.nonce) Object.assign(tag, { nonce: attributes.nonce });
  vi.spyOn(document, "currentScript", "get").mockReturnValue(tag);
  return run("loader", { config, PARTS });
}
const requested = () => [...document.head.querySelectorAll("script")];

test.each([0, null])("without a config (%j) it does nothing", async (config) => {
  await load({}, config);
  expect(page.placet).toBeUndefined();
});

test("with one it starts", async () => {
  await load();
  expect(page.placet?.site).toBe(SITE);
  await nextFrame();
  expect(get("[data-placet=banner]")).not.toBeNull();
});

test("where the browser names no tag, it starts all the same", async () => {
  vi.spyOn(document, "currentScript", "get").mockReturnValue(null);
  await run("loader", { config: makeLoaderConfig(), PARTS });
  expect(page.placet?.get().minor).toBe(false);
});

test.each([
  ["nothing", {}, false],
  ["`data-minor`", { "data-minor": "" }, true],
  ["`data-minor=false`, for its presence counts", { "data-minor": "false" }, true],
  ["`?minor=1`", { src: `${TAG}?minor=1` }, true],
  ["`?lang=de&minor=1`", { src: `${TAG}?lang=de&minor=1` }, true],
  ["`?minor=0`", { src: `${TAG}?minor=0` }, false],
  ["`?notminor=1`", { src: `${TAG}?notminor=1` }, false],
])("the tag says %s: %j", async (_, attributes, expected) => {
  await load(attributes);
  expect(page.placet?.get().minor).toBe(expected);
});

test("a part is asked for when somebody moves, by the notice and its own hash, with what lets our tag in", async () => {
  await load({ nonce: "n", crossorigin: "anonymous" });
  await nextFrame();
  expect(requested()).toEqual([]);
  point();
  const { api, notice } = makeLoaderConfig();
  expect(requested().map(({ src }) => src)).toEqual([`${api}/s/${SITE}/${notice.sha256}.after-${PARTS.after}.js`]);
  page.placet!.show();
  const [, second] = requested();
  expect(second.src).toBe(`${api}/s/${SITE}/${notice.sha256}.preferences-${PARTS.preferences}.js`);
  expect([second.nonce, second.crossOrigin]).toEqual(["n", "anonymous"]);
});

test("a part that does not come is asked for again when it is needed again", async () => {
  await load();
  page.placet!.show();
  requested()[0].dispatchEvent(new Event("error"));
  await settle();
  page.placet!.show();
  const asked = requested().filter(({ src }) => src.includes("preferences"));
  expect(asked).toHaveLength(2);
});

test("parts that arrive do their work", async () => {
  await load();
  await nextFrame();
  click("[data-action=accept]");
  expect(localStorage.getItem(NAME)).toBe(ALL);
  expect(posted()).toEqual([]);
  await run("after", { site: SITE });
  await settle();
  expect(posted()).toMatchObject([{ method: "banner:accept-all" }]);
  page.placet!.show();
  await run("preferences", { site: SITE, notice: makeNotice() });
  await settle();
  click("[data-placet=preferences] [data-action=reject]");
  await settle();
  expect(localStorage.getItem(NAME)).toBe(NOTHING);
  expect(posted()).toHaveLength(2);
});

test("a part without documents, or without a loader, does nothing", async () => {
  await run("after", { site: SITE });
  await run("preferences", { site: SITE, notice: makeNotice() });
  await load();
  const part = vi.spyOn(page.placet!, "_part");
  await run("after", { site: 0 });
  await run("preferences", { site: 0, notice: 0 });
  expect(part).not.toHaveBeenCalled();
});

test("a config that cannot be worked with is one line, and the page goes on", async () => {
  const warn = hush();
  await load({}, { ...makeLoaderConfig(), trackers: null });
  expect(warn).toHaveBeenCalledOnce();
});
