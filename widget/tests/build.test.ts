/** What the build promises: docs/widget.md, first table. `make build` (or `npm run build`) comes before the tests. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { version } from "../../package.json";
import { OWN_NAMES } from "../scripts/own-names.mjs";
import type { PlacetApi } from "../src/api";
import { Reason } from "../src/gate/decide";
import { start } from "../src/start";
import config from "./fixtures/config.json";
import notice from "./fixtures/notice.json";
import { posted, usePages } from "./page";
import { click, get, openSession } from "./sites";
import { ALL, CLICK, makeLoaderConfig, NAME, NOTHING, nextFrame, SITE, settle } from "./support";

usePages();

const read = (name: string) => readFileSync(`${import.meta.dirname}/../dist/${name}`, "utf8");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const page = window as { placet?: PlacetApi };

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(keysOf);
  return Array.isArray(value) ? below : [...Object.keys(value), ...below];
}
/** The names that the build shortens. */
const OWN = /\((.*)\)/.exec(OWN_NAMES.source)![1].split("|");
const own = (names: string[]) => names.filter((name) => OWN_NAMES.test(name));

test("no name that the build shortens is a key of a document, of a draft or of what pages get", () => {
  expect(own(keysOf(config))).toEqual([]);
  expect(own(keysOf(notice))).toEqual([]);
  const { session } = openSession();
  session.makeChoice({ clickstream: true }, { ...CLICK, scheme: "light", equality: true });
  expect(own(keysOf(JSON.parse(localStorage.getItem(`${NAME}_queue`)!)))).toEqual([]);
  expect(own(keysOf(session.state()))).toEqual([]);
  expect(own(Object.keys(start(makeLoaderConfig(), { minor: false, isStrict: false, load: () => undefined })))).toEqual(
    [],
  );
});

test("none is a name of the browser's, nor a reason's", () => {
  expect(new Set(OWN).size).toBe(OWN.length);
  const natives: object[] = [
    window,
    document,
    navigator,
    location,
    console,
    localStorage,
    performance,
    crypto,
    Promise.resolve(),
    Promise,
    Object,
    JSON,
    Intl,
    new Date(),
    new Map(),
    new Response(),
    new AbortController(),
    new Event("x"),
    document.createElement("div").dataset,
    ["script", "template", "iframe", "img", "input", "dialog", "meta", "video"].map((tag) =>
      document.createElement(tag),
    ),
  ].flat();
  expect(OWN.filter((name) => natives.some((native) => name in native))).toEqual([]);
  expect(own(Object.keys(Reason))).toEqual([]);
});

test("each of them stands in the sources, and in nothing that is built", () => {
  const sources = readdirSync(`${import.meta.dirname}/../src`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(`${import.meta.dirname}/../src/${name}`, "utf8"))
    .join();
  const built = [
    read("placet.js"),
    read("parts/after.js"),
    read("parts/preferences.js"),
    read("discovery.js"),
    read("take-over.js"),
  ].join();
  expect(OWN.filter((name) => !RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
  expect(OWN.filter((name) => RegExp(`\\.${name}\\b`).test(built))).toEqual([]);
});

test("the built files end in calls with zeros and know each other", () => {
  const files = [
    "placet.js",
    "signals.js",
    "gpp.js",
    "parts/after.js",
    "parts/preferences.js",
    "discovery.js",
    "take-over.js",
  ];
  const [placet, signals, gpp, after, preferences, discovery, takeOver] = files.map(read);
  for (const script of [placet, signals, gpp]) {
    expect(script.endsWith("})(0);\n")).toBe(true);
    expect(script.split("\n")[0]).toBe("//# allFunctionsCalledOnLoad");
  }
  expect(after.endsWith("})(0);\n")).toBe(true);
  expect(preferences.endsWith("})(0,0);\n")).toBe(true);
  expect(discovery.endsWith("})(0,0);\n")).toBe(true);
  expect(takeOver.endsWith("})(0);\n")).toBe(true);
  const parts = { after: sha256(after), preferences: sha256(preferences) };
  expect(JSON.parse(read("build.json"))).toEqual({
    version,
    builds: { placet: sha256(placet), signals: sha256(signals), gpp: sha256(gpp), pinned: sha256(read("pinned.js")) },
    parts,
    discovery: sha256(discovery),
    "take-over": sha256(takeOver),
  });
  for (const hash of Object.values(parts)) {
    for (const script of [placet, signals, gpp, read("pinned.js")]) expect(script).toContain(hash.slice(0, 16));
  }
});

test("without documents the scripts do nothing", () => {
  const files = [
    "placet.js",
    "signals.js",
    "gpp.js",
    "pinned.js",
    "parts/after.js",
    "parts/preferences.js",
    "discovery.js",
    "take-over.js",
  ];
  for (const name of files) new Function(read(name))();
  expect(page.placet).toBeUndefined();
});

/** Runs a built script as the server fills it. */
function run(name: string, ...values: unknown[]): void {
  const script = read(name);
  const zeros = `(${values.map(() => "0").join()});\n`;
  expect(script.endsWith(zeros)).toBe(true);
  new Function(`${script.slice(0, -zeros.length)}(${values.map((value) => JSON.stringify(value)).join()});`)();
}

test("what is built works together: asks, obeys, posts, and takes back", async () => {
  document.body.innerHTML = '<template data-tracker="clickstream"><p></p></template>';
  run("placet.js", config);
  await nextFrame();
  click("[data-action=accept]");
  expect(localStorage.getItem(NAME)).toBe(ALL);
  expect(get("p")).not.toBeNull();
  run("parts/after.js", SITE);
  await settle();
  expect(posted()).toMatchObject([{ method: "banner:accept-all", trusted: true, viewport: "medium" }]);
  page.placet!.show();
  run("parts/preferences.js", SITE, notice);
  await settle();
  click("[data-placet=preferences] [data-action=reject]");
  await settle();
  expect(localStorage.getItem(NAME)).toBe(NOTHING);
  expect(get("p")).toBeNull();
  expect(posted()[1]).toMatchObject({ method: "preferences:reject-all", previous: posted()[0].id });
  expect(get("[data-placet=placeholder]")).toBeNull();
  expect(await page.placet!.check()).toMatchObject({ embedding: "module", marked: 1 });
});
