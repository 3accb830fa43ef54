/** Marked elements: what waits for a yes because its own markup says so. */

import { expect, test } from "vitest";
import { openGate } from "./gates";
import { usePages } from "./page";
import { makeConfig, settle } from "./support";

usePages();

const body = (markup: string) => {
  document.body.innerHTML = markup;
};
const template = (id: string, content = `<p id="${id}"></p>`) => `<template data-tracker="${id}">${content}</template>`;
const find = (selector: string) => document.querySelector<HTMLElement>(selector);
/** What has been made to run, in document order: addresses, or the text of inline scripts. */
const running = () =>
  [...document.querySelectorAll<HTMLScriptElement>("script:not([type='text/plain'])")].map(
    (script) => script.getAttribute("src") || script.text,
  );
const end = (src: string, type: "load" | "error" = "load") =>
  find(`script[src="${src}"]:not([type="text/plain"])`)!.dispatchEvent(new Event(type));

test("what needs no yes is released at once, everything else waits", () => {
  body(template("clickstream") + template("payment"));
  openGate();
  expect(find("p#clickstream")).toBeNull();
  expect(find("p#payment")).not.toBeNull();
});

test("a yes brings out what waits, right behind its mark, once", () => {
  body(`${template("clickstream")}<hr>`);
  const { allow } = openGate();
  allow("clickstream");
  allow("clickstream", "advertising");
  expect(document.querySelectorAll("p#clickstream")).toHaveLength(1);
  expect(find("template")!.nextElementSibling).toBe(find("p#clickstream"));
});

test("a tracker's mark decides before its category's; an unknown id is never released", () => {
  body(`<template data-tracker="clickstream" data-category="marketing"><p id="known"></p></template>
    <template data-tracker="unknown" data-category="analytics"><p id="unknown"></p></template>
    <template data-category="unknown"><p id="nowhere"></p></template>`);
  const { allow } = openGate();
  allow("clickstream", "usability-survey");
  expect([...document.querySelectorAll("p")].map(({ id }) => id)).toEqual(["known"]);
});

test("a category's mark waits for all of its trackers that load in the page", () => {
  body('<template data-category="analytics"><p></p></template>');
  const { gate, allow } = openGate();
  expect(gate.behind({ category: "analytics" }).map(({ id }) => id)).toEqual(["clickstream", "usability-survey"]);
  expect(gate.behind({ tracker: "activity-log" }).map(({ id }) => id)).toEqual(["activity-log"]);
  expect(gate.behind({ tracker: "unknown" })).toEqual([]);
  allow("clickstream");
  expect(gate.allows("analytics")).toBe(false);
  expect(find("p")).toBeNull();
  allow("clickstream", "usability-survey");
  expect(gate.allows("analytics")).toBe(true);
  expect(find("p")).not.toBeNull();
});

test("a category without a tracker in the page follows the choice alone", () => {
  body('<template data-category="extras"><p></p></template>');
  const { gate, allow, grantCategories } = openGate();
  expect(gate.allows("extras")).toBe(false);
  grantCategories("extras");
  allow();
  expect(find("p")).not.toBeNull();
  grantCategories();
  allow();
  expect(find("p")).toBeNull();
});

test("what is held without a mark of ours stays held, whatever is granted", () => {
  body('<template><p id="own"></p></template><script type="text/plain">nothing()</script>');
  openGate().allowAll();
  expect(find("p#own")).toBeNull();
  expect(running()).toEqual([]);
});

test("a script becomes its runnable twin: same attributes, its own type, its nonce", () => {
  body(`<script type="text/plain" data-type="module" data-tracker="clickstream" data-src="/a.js" nonce="n" async
    crossorigin="anonymous" integrity="sha256-x"></script>`);
  openGate().allow("clickstream");
  const twin = find("script[type=module]") as HTMLScriptElement;
  expect(twin.previousSibling).toBe(find("script[type='text/plain']"));
  const kept = ["src", "nonce", "crossorigin", "integrity"].map((name) => twin.getAttribute(name));
  expect(kept).toEqual(["/a.js", "n", "anonymous", "sha256-x"]);
  expect(twin.async).toBe(true);
});

test("`src` will do for `data-src`, and is not loaded before", () => {
  body('<script type="text/plain" data-tracker="clickstream" src="https://analytics.localhost/a.js"></script>');
  const { allow } = openGate();
  expect(find("script")!.getAttribute("src")).toBe("https://analytics.localhost/a.js");
  expect(running()).toEqual([]);
  allow("clickstream");
  expect(running()).toEqual(["https://analytics.localhost/a.js"]);
});

const script = (attributes: string, text = "") =>
  `<script type="text/plain" data-category="analytics" ${attributes}>${text}</script>`;

test("an inline script waits for the external ones before it, loaded or failed; external and async ones do not wait", () => {
  body(
    script("data-src=/1.js") +
      script("data-src=/late.js async") +
      script("", "one()") +
      script("data-src=/2.js") +
      script("", "two()"),
  );
  const { allow } = openGate();
  allow("clickstream", "usability-survey");
  expect(running()).toEqual(["/1.js", "/late.js"]);
  end("/1.js");
  expect(running()).toEqual(["/1.js", "/late.js", "one()", "/2.js"]);
  end("/2.js", "error");
  expect(running()).toEqual(["/1.js", "/late.js", "one()", "/2.js", "two()"]);
});

test("a released script is held on when its host belongs to another tracker that is held", () => {
  body(template("clickstream") + script("data-src=https://ads.localhost/ad.js"));
  const { allow } = openGate();
  allow("clickstream", "usability-survey");
  expect(find("p#clickstream")).not.toBeNull();
  expect(running()).toEqual([]);
  allow("clickstream", "usability-survey", "advertising");
  expect(running()).toEqual(["https://ads.localhost/ad.js"]);
});

test("scripts inside a template are made anew, in their order, and so run; a marked one in it waits for its own yes", () => {
  body(
    template(
      "usability-survey",
      '<script src="/a.js"></script><script>b()</script><script type="text/plain" data-tracker="advertising">c()</script>',
    ),
  );
  const { allow } = openGate();
  allow("usability-survey");
  expect(running()).toEqual(["https://app.example/a.js", "b()"]);
  expect((find("script[src$='/a.js']") as HTMLScriptElement).async).toBe(false);
  allow("usability-survey", "advertising");
  expect(running()).toEqual(["https://app.example/a.js", "b()", "c()"]);
});

test("marked elements that come later are found, too", async () => {
  const { noticed } = openGate(["clickstream"]);
  body(template("clickstream") + template("advertising"));
  await settle();
  expect(find("p#clickstream")).not.toBeNull();
  expect(find("p#advertising")).toBeNull();
  expect(noticed).toHaveBeenCalled();
});

test("while the page is parsed, an element whose end may be missing waits", () => {
  Object.defineProperty(document, "readyState", { value: "loading", configurable: true });
  body(template("clickstream"));
  openGate(["clickstream"]);
  expect(find("p#clickstream")).toBeNull();
  Reflect.deleteProperty(document, "readyState");
  document.dispatchEvent(new Event("DOMContentLoaded"));
  expect(find("p#clickstream")).not.toBeNull();
});

test("a withdrawal takes out what a template brought, and the next yes brings it again", () => {
  body(template("usability-survey", "text<p></p><script>b()</script>"));
  const { allow } = openGate(["usability-survey"]);
  expect(document.body.childNodes).toHaveLength(4);
  expect(allow()).toEqual(["usability-survey"]);
  expect(document.body.childNodes).toHaveLength(1);
  allow("usability-survey");
  expect(document.body.childNodes).toHaveLength(4);
});

test("a script runs again after the next yes only where its tracker can be stopped", () => {
  const marked = (id: string) => `<script type="text/plain" data-tracker="${id}">${id}()</script>`;
  body(marked("clickstream") + marked("usability-survey"));
  const { allow } = openGate(["clickstream", "usability-survey"]);
  expect(running()).toEqual(["clickstream()", "usability-survey()"]);
  const twin = find("script:not([type='text/plain'])");
  allow();
  allow("clickstream", "usability-survey");
  expect(running()).toEqual(["clickstream()", "usability-survey()"]);
  expect(twin!.isConnected).toBe(false);
});

test("a category's script runs again only where all that is behind it can be stopped", () => {
  body('<script type="text/plain" data-category="recording">again()</script>');
  const { allow } = openGate(["session-recording"]);
  const twin = find("script:not([type='text/plain'])")!;
  allow();
  expect(twin.isConnected).toBe(false);
  allow("session-recording");
  expect(running()).toEqual(["again()"]);
});

test("what is allowed once stays until the choice changes, and no reason asks for it", () => {
  body(template("usability-survey"));
  const { gate, allow } = openGate();
  gate.allowOnce(["usability-survey"]);
  expect(gate.allows("usability-survey")).toBe(true);
  expect(find("p#usability-survey")).not.toBeNull();
  expect(allow("clickstream")).toEqual(["usability-survey"]);
  expect(find("p#usability-survey")).toBeNull();
});

test("what is allowed once can be kept through a change", () => {
  const { trackers } = makeConfig();
  const { gate } = openGate([], trackers);
  gate.allowOnce(["usability-survey"]);
  expect(gate.obey([], true)).toEqual(
    expect.not.arrayContaining([expect.objectContaining({ id: "usability-survey" })]),
  );
  expect(gate.allows("usability-survey")).toBe(true);
});
