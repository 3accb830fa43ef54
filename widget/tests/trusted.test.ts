/** Trusted Types: the policy `placet`, and what happens where there is none. */

import { beforeEach, expect, test, vi } from "vitest";
import { usePages } from "./page";
import { hush } from "./support";

usePages();

beforeEach(() => vi.resetModules());
const load = () => import("../src/trusted");

test("without Trusted Types nothing is changed", async () => {
  const { trusted } = await load();
  expect(trusted().createScriptURL("/x.js")).toBe("/x.js");
});

test("with them one policy is made, once, when it is first needed", async () => {
  const createPolicy = vi.fn(() => ({ createScriptURL: (url: string) => `trusted ${url}` }));
  vi.stubGlobal("trustedTypes", { createPolicy });
  const { trusted } = await load();
  expect(createPolicy).not.toHaveBeenCalled();
  expect(trusted().createScriptURL("/x.js")).toBe("trusted /x.js");
  trusted();
  expect(createPolicy).toHaveBeenCalledExactlyOnceWith("placet", expect.anything());
});

test("where the page's policy does not name ours, that is one line, and we try as it is", async () => {
  const warn = hush();
  const createPolicy = vi.fn(() => {
    throw new TypeError("refused to create a TrustedTypePolicy named 'placet'");
  });
  vi.stubGlobal("trustedTypes", { createPolicy });
  const { trusted } = await load();
  expect(trusted().createScript("x()")).toBe("x()");
  trusted();
  expect(warn).toHaveBeenCalledOnce();
});

test("a script gets its address, else its text", async () => {
  const { setSource } = await load();
  const [external, inline] = [document.createElement("script"), document.createElement("script")];
  setSource(external, "/x.js", "ignored()");
  setSource(inline, null, "x()");
  expect([external.getAttribute("src"), external.text]).toEqual(["/x.js", ""]);
  expect([inline.hasAttribute("src"), inline.text]).toEqual([false, "x()"]);
});
