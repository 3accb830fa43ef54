/** The report for the site's owner: how the widget is put in, and what has slipped through. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { network, usePages } from "./page";
import { openPage } from "./sites";
import { ANALYTICS, answer, NAME, SITE } from "./support";

usePages();

const TAG = `https://consent.example.com/s/${SITE}.js`;
const STRICT = "default-src 'self'";
const arrived: string[] = [];
const check = async () => (await openPage()).api.check();

/** Puts elements into the head, our tag (which runs nothing here) where it says so. */
function head(...elements: ("tag" | [keyof HTMLElementTagNameMap, Record<string, string>])[]): HTMLScriptElement {
  const tag = document.createElement("script");
  tag.setAttribute("type", "text/x-test");
  tag.src = TAG;
  for (const own of elements) {
    if (own === "tag") {
      document.head.append(tag);
      continue;
    }
    const element = document.createElement(own[0]);
    for (const [name, value] of Object.entries(own[1])) element.setAttribute(name, value);
    document.head.append(element);
  }
  return tag;
}

/** The page's own answer, asked for once more, comes with such a policy. */
const comeWith = (policy?: string) =>
  network.mockImplementation(async () => answer(200, "", policy ? { "Content-Security-Policy": policy } : {}));

beforeEach(() => {
  arrived.length = 0;
  vi.spyOn(performance, "getEntriesByType").mockImplementation(() =>
    arrived.map((name) => ({ name }) as PerformanceEntry),
  );
  comeWith();
});

describe("the embedding", () => {
  test("without a tag it is a module", async () => {
    expect(await check()).toEqual({ embedding: "module", by_header: false, marked: 0, arrived: [], advice: [] });
  });

  test("a synchronous tag that comes first is automatic, and all is well", async () => {
    head(["meta", { charset: "utf-8" }], "tag", ["script", { src: "/own.js", type: "text/x" }]);
    expect(await check()).toMatchObject({ embedding: "automatic", advice: [] });
  });

  test.each([
    ["script", { src: "/own.js", type: "text/x" }],
    ["link", { rel: "stylesheet", href: "/own.css" }],
    ["link", { rel: "preload", href: "/own.woff2" }],
  ] as const)("what stands before it and loads is named: %s", async (name, attributes) => {
    head([name, attributes], "tag");
    const report = await check();
    expect(report).toMatchObject({
      embedding: "automatic",
      advice: [`Something that loads (${name}) stands before the tag: put the tag first in <head>.`],
    });
  });

  test("a canonical link before it loads nothing", async () => {
    head(["link", { rel: "canonical", href: "/" }], "tag");
    expect(await check()).toMatchObject({ advice: [] });
  });

  test.each(["async", "defer"])("an %s tag holds what is marked", async (name) => {
    const tag = head(["script", { src: "/own.js", type: "text/x" }], "tag");
    tag.setAttribute(name, "");
    expect(await check()).toMatchObject({ embedding: "marked", advice: [] });
  });

  test("by the bootstrap it is strict, where a policy stands before that one", async () => {
    const tag = head(
      ["meta", { "http-equiv": "Content-Security-Policy", content: "default-src *" }],
      ["meta", { "http-equiv": "Content-Security-Policy", content: STRICT }],
      "tag",
    );
    tag.dataset.strict = STRICT;
    expect(await check()).toMatchObject({ embedding: "strict automatic", advice: [] });
  });

  test("the line before the bootstrap is missed where it is missing", async () => {
    const tag = head(["meta", { "http-equiv": "Content-Security-Policy", content: STRICT }], "tag");
    tag.dataset.strict = STRICT;
    expect(await check()).toMatchObject({
      embedding: "strict automatic",
      advice: [expect.stringContaining("Before the bootstrap")],
    });
  });
});

test("marked elements are counted", async () => {
  document.body.innerHTML = `<script type="text/plain" data-tracker="clickstream"></script>
    <script type="text/plain" data-category="marketing"></script><template data-category="analytics"></template>
    <template></template><script type="text/plain"></script>`;
  expect(await check()).toMatchObject({ marked: 3 });
});

test("requests that have arrived at trackers which may not load are listed with them", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  arrived.push(
    "https://app.example/app.js",
    "https://analytics.localhost/allowed.js",
    "https://ads.localhost/ad.js",
    "https://pay.localhost/card",
    "https://cdn.example/x.js",
  );
  expect(await check()).toMatchObject({
    arrived: [{ url: "https://ads.localhost/ad.js", trackers: ["advertising"] }],
    advice: [expect.stringContaining("mark their tags")],
  });
});

test.each([
  ["no policy", undefined, false],
  ["a policy that says nothing of loading", "frame-ancestors 'none'", false],
  ["one that keeps the trackers out", "default-src 'self' https://consent.example.com; object-src 'none'", true],
  ["one that lets everything in", "default-src *", false],
  ["one that lets every https address in", "script-src 'self'; default-src 'self' https:", false],
  ["one that lets a held tracker in", "default-src 'self' ads.localhost:* ", false],
  ["one that names it with its scheme", "default-src 'self' https://ads.localhost", false],
])("by header: %s", async (_, policy, expected) => {
  comeWith(policy);
  expect(await check()).toMatchObject({ by_header: expected });
  expect(network).toHaveBeenCalledWith("https://app.example/", { headers: { Accept: "text/html" } });
});

test("a policy may let in what may load now", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  comeWith("default-src 'self' analytics.localhost:* frames.localhost:*");
  expect(await check()).toMatchObject({ by_header: true });
});

test("a page that does not answer came with nothing", async () => {
  network.mockRejectedValue(new TypeError("offline"));
  expect(await check()).toMatchObject({ by_header: false });
});
