/** What the build promises: docs/widget.md, first table. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OWN_NAMES } from "../scripts/own-names.mjs";
import config from "./fixtures/config.json";
import notice from "./fixtures/notice.json";

/** `make build` (or `npm run build`) comes before the tests. */
const read = (name: string) => readFileSync(`${import.meta.dirname}/../dist/${name}`, "utf8");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(keysOf);
  return Array.isArray(value) ? below : [...Object.keys(value), ...below];
}

test("no name that the build shortens is a key of a document or a name of the browser's", () => {
  const names = /\((.*)\)/.exec(OWN_NAMES.source)![1].split("|");
  const element = document.createElement("script");
  const foreign = names.filter((name) => name in window || name in document || name in element || name in console);
  expect(foreign).toEqual([]);
  expect([...keysOf(config), ...keysOf(notice)].filter((key) => OWN_NAMES.test(key))).toEqual([]);
});

test("the built files end in calls with zeros and know each other", () => {
  const [placet, preferences, facts] = [read("placet.js"), read("preferences.js"), JSON.parse(read("build.json"))];
  expect(placet.endsWith("})(0);\n")).toBe(true);
  expect(preferences.endsWith("})(0,0);\n")).toBe(true);
  expect(facts).toEqual({ version: "0.1.0", sha256: sha256(placet), preferences: sha256(preferences) });
  expect(placet.split("*/")[0].endsWith(facts.preferences.slice(0, 24))).toBe(true);
});

test("without a config the script does nothing", () => {
  expect(() => new Function(read("placet.js"))()).not.toThrow();
  expect(window).not.toHaveProperty("placet");
});
