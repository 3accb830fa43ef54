/** Unmarked requests and connections: what a held one comes to, and what a withdrawal ends. */

import { expect, test, vi } from "vitest";
import { openGate } from "./gates";
import { beacon, FakeConnection, network, opened, usePages } from "./page";

usePages();

const HELD = "https://analytics.localhost/x";

test("fetch is rejected as if offline, only for held hosts", async () => {
  network.mockImplementation(async () => new Response());
  const { allow } = openGate();
  await expect(window.fetch(HELD)).rejects.toThrow(TypeError);
  await expect(window.fetch(new Request(HELD))).rejects.toThrow(`placet: ${HELD}`);
  await expect(window.fetch(new URL(HELD))).rejects.toThrow("placet:");
  expect(network).not.toHaveBeenCalled();
  await window.fetch("/own", { method: "PUT" });
  expect(network).toHaveBeenCalledExactlyOnceWith("/own", { method: "PUT" });
  allow("clickstream");
  await window.fetch(HELD);
  expect(network).toHaveBeenLastCalledWith(HELD);
});

test("sendBeacon says no, only for held hosts", () => {
  const { allow } = openGate();
  expect(navigator.sendBeacon(HELD, "unsent")).toBe(false);
  expect(beacon).not.toHaveBeenCalled();
  expect(navigator.sendBeacon("/own")).toBe(true);
  allow("clickstream");
  expect(navigator.sendBeacon(HELD, "sent")).toBe(true);
  expect(beacon).toHaveBeenLastCalledWith(HELD, "sent");
});

test("a held XMLHttpRequest is opened to an address that no browser loads", () => {
  const open = vi.spyOn(XMLHttpRequest.prototype, "open").mockReturnValue();
  const { allow } = openGate();
  new XMLHttpRequest().open("GET", HELD);
  expect(open).toHaveBeenLastCalledWith("GET", "placet:");
  new XMLHttpRequest().open("POST", "/own", false);
  expect(open).toHaveBeenLastCalledWith("POST", "/own", false);
  allow("clickstream");
  new XMLHttpRequest().open("GET", new URL(HELD));
  expect(open).toHaveBeenLastCalledWith("GET", new URL(HELD));
});

const page = window as unknown as Record<string, new (url: string) => FakeConnection>;

test.each([
  ["EventSource", "data:,"],
  ["WebSocket", "wss://placet:1"],
  ["Worker", "data:,"],
  ["SharedWorker", "data:,"],
])("a held %s is opened to nothing, and to its address after a yes", (name, nothing) => {
  const Native = page[name];
  const { allow } = openGate();
  const held = new page[name](HELD);
  expect(held).toBeInstanceOf(Native);
  expect(held).toBeInstanceOf(page[name]);
  new page[name]("https://app.example/own");
  allow("clickstream");
  new page[name](HELD);
  expect(opened.map(({ url }) => url)).toEqual([nothing, "https://app.example/own", HELD]);
});

test("what a browser does not have is not made", () => {
  vi.stubGlobal("SharedWorker", undefined);
  openGate();
  expect(page.SharedWorker).toBeUndefined();
});

test("a withdrawal closes what is open to the tracker, and nothing else", () => {
  const { allow } = openGate(["clickstream", "advertising"]);
  const stream = new page.EventSource(HELD);
  const socket = new page.WebSocket("wss://analytics.localhost/live");
  const other = new page.WebSocket("wss://ads.localhost/live");
  const own = new page.EventSource("/own");
  allow("advertising");
  expect([stream, socket, other, own].map(({ isOpen }) => isOpen)).toEqual([false, false, true, true]);
});

test("workers are ended, once", () => {
  const terminate = vi.fn();
  vi.stubGlobal(
    "Worker",
    class {
      terminate = terminate;
    },
  );
  const { allow } = openGate(["clickstream"]);
  new page.Worker(HELD);
  allow();
  allow("clickstream");
  allow();
  expect(terminate).toHaveBeenCalledOnce();
});

test("one that cannot be closed does not keep the others open", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const { allow } = openGate(["clickstream"]);
  const broken = new page.EventSource(HELD);
  broken.close = () => {
    throw new Error("broken");
  };
  const next = new page.EventSource(HELD);
  allow();
  expect(next.isOpen).toBe(false);
  expect(warn).toHaveBeenCalledOnce();
});

test("the page's own constants and subclasses still work", () => {
  vi.stubGlobal(
    "WebSocket",
    class extends FakeConnection {
      static readonly OPEN = 1;
    },
  );
  openGate();
  class Own extends page.WebSocket {}
  expect((page.WebSocket as unknown as { OPEN: number }).OPEN).toBe(1);
  expect(new Own("wss://app.example/")).toBeInstanceOf(Own);
  expect(new Own(HELD).url).toBe("wss://placet:1");
});
