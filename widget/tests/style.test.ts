/** How our sheets are written and come into a page under any Content-Security-Policy. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dress } from "../src/ui/style";
import { usePages } from "./page";
import { openPage } from "./sites";

usePages();

let before: CSSStyleSheet[];
beforeEach(() => {
  before = [...document.adoptedStyleSheets];
});
afterEach(() => {
  document.adoptedStyleSheets = before;
});

test("our signs become selectors that the page's rules do not win over", () => {
  const replaced = vi.spyOn(CSSStyleSheet.prototype, "replaceSync").mockReturnValue();
  dress(undefined, "&{a:b}$banner p{c:d}");
  expect(replaced).toHaveBeenLastCalledWith(
    ":is(#a#b#c,[data-placet]:not([data-placet=settings])){a:b}:is(#a#b#c,[data-placet=banner]) p{c:d}",
  );
});

test("they are constructed, which no policy has to allow, and the page's own stay", () => {
  const own = new CSSStyleSheet();
  document.adoptedStyleSheets = [own];
  dress("n", "&{a:b}");
  expect(document.adoptedStyleSheets).toHaveLength(2);
  expect(document.adoptedStyleSheets[0]).toBe(own);
  expect(document.querySelector("style")).toBeNull();
});

test("the same sheet is added once", () => {
  document.adoptedStyleSheets = [];
  dress("n", "&{once:1}");
  dress("n");
  dress("n", "&{once:1}");
  expect(document.adoptedStyleSheets).toHaveLength(1);
});

test("where there are none, a style element gets the tag's nonce", () => {
  vi.stubGlobal("CSSStyleSheet", undefined);
  dress("n", "&{a:c}");
  const style = document.head.querySelector("style")!;
  expect(style.getAttribute("nonce")).toBe("n");
  expect(style.textContent).toContain("{a:c}");
});

test("a site's own look comes in after what is drawn, and only where there is one", async () => {
  const replaced = vi.spyOn(CSSStyleSheet.prototype, "replaceSync");
  await openPage({ look: "&{--placet-fill:light-dark(#0b5d45,Canvas)}" });
  const written = replaced.mock.calls.map(([css]) => css);
  expect(written.filter((css) => css.includes("light-dark"))).toEqual([
    ":is(#a#b#c,[data-placet]:not([data-placet=settings])){--placet-fill:light-dark(#0b5d45,Canvas)}",
  ]);
  expect(written.findIndex((css) => css.includes("light-dark"))).toBeGreaterThan(
    written.findIndex((css) => css.includes("[data-buttons]")),
  );
  replaced.mockClear();
  await openPage();
  expect(replaced.mock.calls.map(([css]) => css).join("")).not.toContain("light-dark");
});
