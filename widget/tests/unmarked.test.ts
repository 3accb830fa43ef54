/** What is made or sent after the tag has run, unmarked. One gate per window: this file has one page for all its tests. */

import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Reason } from "../src/gate/decide";
import { createGate, type Gate } from "../src/gate/gate";
import { makeConfig } from "./support";

const URL_ = "https://analytics.localhost/x.js";
const config = makeConfig();
const verdicts = (reason: Reason) =>
  config.trackers.map(({ category, model }) =>
    model === "none" ? "necessary" : category === "analytics" ? reason : "refused",
  );
const network = vi.fn<typeof fetch>(async () => new Response("{}"));
const beacon = vi.fn(() => true);
let gate: Gate;

beforeAll(() => {
  window.fetch = network;
  Navigator.prototype.sendBeacon = beacon;
  gate = createGate(config, verdicts("not-asked"), () => false);
});
beforeEach(() => {
  gate.obey(verdicts("refused"));
  document.body.replaceChildren();
});

test("an address is held by its host, however it is written, and given back after a yes", () => {
  const script = document.createElement("script");
  script.src = URL_;
  const image = new Image();
  image.setAttribute("SRC", URL_);
  const link = document.createElement("link");
  link.href = "//analytics.localhost/x.js";
  expect([script, image, link].map((held) => held.attributes.length)).toEqual([0, 0, 0]);
  gate.obey(verdicts("granted"));
  expect([script.src, image.src, link.href]).toEqual([URL_, URL_, URL_]);
});

test("a copy carries no held address into the page", () => {
  const template = document.createElement("template");
  template.innerHTML = `<p><img src="${URL_}"></p>`;
  const copy = document.importNode(template.content, true);
  expect(copy.querySelector("img")?.hasAttribute("src")).toBe(false);
  gate.obey(verdicts("granted"));
  expect(copy.querySelector("img")?.getAttribute("src")).toBe(URL_);
});

test("an image that was let go is emptied by a withdrawal, and comes back after the next yes", () => {
  gate.obey(verdicts("granted"));
  const image = document.body.appendChild(new Image());
  image.src = URL_;
  expect(gate.obey(verdicts("refused"))).toContain("clickstream");
  expect(image.hasAttribute("src")).toBe(false);
  expect(image.isConnected).toBe(true);
  gate.obey(verdicts("granted"));
  expect(image.src).toBe(URL_);
});

test("an address of the page's own, or another one later, is let through", () => {
  const image = new Image();
  image.src = "/own.png";
  expect(image.getAttribute("src")).toBe("/own.png");
  const script = document.createElement("script");
  script.src = URL_;
  script.src = "/own.js";
  gate.obey(verdicts("granted"));
  expect(script.getAttribute("src")).toBe("/own.js");
});

test("fetch is rejected, sendBeacon says no, both only for held hosts", async () => {
  await expect(window.fetch(URL_)).rejects.toThrow(TypeError);
  await expect(window.fetch(new Request(URL_))).rejects.toThrow("Held back by placet");
  expect(navigator.sendBeacon(URL_)).toBe(false);
  expect([network, beacon].map((native) => native.mock.calls.length)).toEqual([0, 0]);
  expect(navigator.sendBeacon("/own")).toBe(true);
  await window.fetch("/own");
  gate.obey(verdicts("granted"));
  expect(navigator.sendBeacon(URL_)).toBe(true);
  expect(network).toHaveBeenCalledOnce();
});

test("a held XMLHttpRequest fails like a dead network", async () => {
  const request = new XMLHttpRequest();
  const events: string[] = [];
  for (const type of ["load", "error", "loadend"]) request.addEventListener(type, () => events.push(type));
  request.open("GET", "https://recorder.localhost/");
  request.send();
  await vi.waitFor(() => expect(events).toEqual(["error", "loadend"]));
});
