// @vitest-environment node
/** On a server there is no page: the module may be imported there, and does nothing. */

import { expect, test } from "vitest";

test("importing the module touches nothing", async () => {
  expect(globalThis).not.toHaveProperty("window");
  const before = Object.getOwnPropertyNames(globalThis).sort();
  expect(Object.keys(await import("../src/module")).sort()).toEqual(["load", "start"]);
  expect(Object.getOwnPropertyNames(globalThis).sort()).toEqual(before);
});

test("neither does the built one", async () => {
  const before = Object.getOwnPropertyNames(globalThis).sort();
  const built = `${import.meta.dirname}/../dist/module/index.js`;
  expect(Object.keys(await import(built)).sort()).toEqual(["load", "start"]);
  expect(Object.getOwnPropertyNames(globalThis).sort()).toEqual(before);
});
