/** The Global Privacy Platform: strings that IAB Tech Lab's own library decodes to what was chosen, and `__gpp` by its specification. */

import { GppModel } from "@iabgpp/cmpapi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import cases from "../../tests/contract/gpp.json";
import { fibonacci } from "../src/signals/gpp";
import type { GppSection } from "../src/types";
import { usePages } from "./page";
import { changedTrackers, click, openPage, setActive, switchGpcOn } from "./sites";
import { ALL, NAME, NOTHING, settle } from "./support";

usePages();

interface Case {
  regime: string;
  region: string | null;
  section: GppSection | null;
}
const CASES: Case[] = cases;
const sectionOf = (state: string) => CASES.find(({ region, section }) => section && region === state)!.section!;
const SECTIONS = [...new Map(CASES.flatMap(({ section }) => (section ? [[section.name, section] as const] : [])))];

type Callback = (data: never, success: boolean) => void;
type Ask = (command: string, callback: Callback, parameter?: unknown) => void;
const page = window as unknown as { __gpp?: Ask };

/** What a command calls back with, which it does at once. */
function ask<T>(command: string, parameter?: unknown): [T, boolean] {
  let answer: [T, boolean] | undefined;
  page.__gpp!(command, (data: T, success) => (answer = [data, success]), parameter);
  return answer!;
}
interface Ping {
  gppString: string;
  [field: string]: unknown;
}
const ping = () => ask<Ping>("ping")[0];
const decode = () => new GppModel(ping().gppString).getSection(ping().gppString && name());
const name = () => `${(ping().supportedAPIs as string[])[0].split(":")[1]}`;

const trackers = changedTrackers({ advertising: { model: "optout" }, clickstream: { model: "optout" } });
const openIn = (section: GppSection, changes: object = {}, options: object = {}) =>
  openPage({ trackers, gpp: section, ...changes }, options);

beforeEach(() => {
  delete page.__gpp;
});
afterEach(() => {
  for (const frame of document.querySelectorAll("iframe")) frame.remove();
});

test.each(SECTIONS)("%s: before a choice nobody has opted out", async (prefix, section) => {
  await openIn(section);
  expect(name()).toBe(prefix);
  const found = decode();
  expect(found).toMatchObject({
    Version: section.version,
    SaleOptOut: 2,
    SaleOptOutNotice: 1,
    MspaCoveredTransaction: 2,
  });
});

test.each(SECTIONS)("%s: a no is an opt-out, with every field where the library finds it", async (prefix, section) => {
  localStorage.setItem(NAME, NOTHING);
  await openIn(section);
  const found = decode() as Record<string, unknown>;
  for (const field of section.fields.split(" ")) {
    const [own, count] = field.split("*");
    const expected = own.endsWith("OptOut")
      ? 1
      : /^(?!Sensitive).*Notice$/.test(own)
        ? 1
        : own.startsWith("MspaC")
          ? 2
          : 0;
    expect(found[own], own).toEqual(count ? Array(+count).fill(expected) : expected);
  }
  expect(ask<object[]>("getSection", prefix)[0][0]).toEqual(
    Object.fromEntries(Object.entries(found).filter(([field]) => !/^Gpc/.test(field))),
  );
});

test.each(["CA", "CO", "TX", "NY"])("%s: a yes after a no, and Global Privacy Control", async (state) => {
  localStorage.setItem(NAME, NOTHING);
  const { api } = await openIn(sectionOf(state));
  expect(decode()).toMatchObject({ SaleOptOut: 1, Gpc: false });
  setActive(true);
  api.accept();
  expect(decode()).toMatchObject({ SaleOptOut: 2, Gpc: false });
});

test("Global Privacy Control is an opt-out, whatever was chosen, and has a segment of its own", async () => {
  localStorage.setItem(NAME, ALL);
  switchGpcOn();
  await openIn(sectionOf("CA"));
  expect(decode()).toMatchObject({ SaleOptOut: 1, SharingOptOut: 1, Gpc: true });
  expect(ask<object[]>("getSection", "usca")[0][1]).toEqual({ SubsectionType: 1, Gpc: true });
});

test("a minor has opted out", async () => {
  await openIn(sectionOf("CA"), {}, { minor: true });
  expect(decode()).toMatchObject({ SaleOptOut: 1 });
});

test("where all that is shared needs a yes, nobody has given one before a choice", async () => {
  await openPage({ gpp: sectionOf("CA") });
  expect(decode()).toMatchObject({ SaleOptOut: 1 });
  click("[data-action=accept]");
  await settle();
  expect(decode()).toMatchObject({ SaleOptOut: 2 });
});

test("the published example of a header", async () => {
  await openIn(sectionOf("NY"));
  expect(ping().gppString).toMatch(/^DBABLA~/);
});

test.each([
  [1, "11"],
  [2, "011"],
  [3, "0011"],
  [4, "1011"],
  [5, "00011"],
  [8, "000011"],
  [16, "0010011"],
])("%i in Fibonacci's numbers is %s", (number, code) => expect(fibonacci(number)).toBe(code));

test("ping says what there is", async () => {
  await openIn(sectionOf("CO"));
  expect(ping()).toMatchObject({
    gppVersion: "1.1",
    cmpStatus: "loaded",
    cmpDisplayStatus: "visible",
    signalStatus: "ready",
    supportedAPIs: ["10:usco"],
    cmpId: 1,
    sectionList: [10],
    applicableSections: [10],
  });
  click("[data-action=reject]");
  await settle();
  expect(ping()).toMatchObject({
    cmpDisplayStatus: "hidden",
    parsedSections: { usco: [{ SaleOptOut: 1 }, { Gpc: false }] },
  });
});

test("a listener hears of a decision in the order of the specification, until it is removed", async () => {
  const { api } = await openIn(sectionOf("CO"));
  const heard: unknown[] = [];
  page.__gpp!("addEventListener", ({ eventName, listenerId, data }: Record<string, unknown>) =>
    heard.push([eventName, listenerId, data]),
  );
  expect(heard).toEqual([["listenerRegistered", 1, true]]);
  api.reject();
  expect(heard.slice(1)).toEqual([
    ["signalStatus", 1, "not ready"],
    ["cmpDisplayStatus", 1, "hidden"],
    ["sectionChange", 1, "usco"],
    ["signalStatus", 1, "ready"],
  ]);
  expect(ask("removeEventListener", 1)).toEqual([true, true]);
  expect(ask("removeEventListener", 1)).toEqual([false, true]);
  setActive(true);
  api.accept();
  expect(heard).toHaveLength(5);
});

test("the other commands, and what is none", async () => {
  await openIn(sectionOf("TX"));
  expect(ask("hasSection", "ustx")).toEqual([true, true]);
  expect(ask("hasSection", "usca")).toEqual([false, true]);
  expect(ask("getSection", "usca")).toEqual([null, false]);
  expect(ask("getField", "ustx.SaleOptOut")).toEqual([2, true]);
  expect(ask("getField", "ustx.Gpc")).toEqual([false, true]);
  for (const field of ["ustx.Nothing", "usca.SaleOptOut", "", "ustx.constructor"]) {
    expect(ask("getField", field)).toEqual([null, false]);
  }
  for (const command of ["getVendorList", "constructor", "toString"]) expect(ask(command)).toEqual([null, false]);
  expect(page.__gpp!("ping", undefined as never)).toBeUndefined();
});

test("what a stub has queued is answered in its order, an error in one callback stops no other", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const answers: unknown[] = [];
  const queue = [
    [
      "ping",
      () => {
        throw new Error("a vendor's");
      },
    ],
    ["hasSection", (data: unknown) => answers.push(data), "usco"],
    ["getField", (data: unknown) => answers.push(data), "usco.SaleOptOut"],
  ];
  page.__gpp = (() => queue) as unknown as Ask;
  await openIn(sectionOf("CO"));
  expect(answers).toEqual([true, 2]);
});

test("listeners that a stub has kept hear that we are there, and of every decision", async () => {
  const heard: unknown[] = [];
  const callback = ({ eventName, listenerId, data }: Record<string, unknown>) =>
    heard.push([eventName, listenerId, data]);
  page.__gpp = ((what?: string) => (what === "events" ? [{ id: 3, callback }, { id: 4 }] : [])) as unknown as Ask;
  const { api } = await openIn(sectionOf("CO"));
  expect(heard.splice(0)).toEqual([
    ["cmpStatus", 3, "loaded"],
    ["signalStatus", 3, "ready"],
  ]);
  api.reject();
  expect(heard).toContainEqual(["sectionChange", 3, "usco"]);
  expect(ask<{ listenerId: number }>("addEventListener")[0].listenerId).toBe(4);
});

test("a frame takes away no listener but its own", async () => {
  const { api } = await openIn(sectionOf("CO"));
  const heard = vi.fn();
  page.__gpp!("addEventListener", heard as never);
  const source = { postMessage: vi.fn() };
  const post = (command: string, parameter?: number) => {
    const event = new MessageEvent("message", {
      data: { __gppCall: { command, parameter, callId: 1 } },
      origin: "https://a.example",
    });
    Object.defineProperty(event, "source", { value: source });
    window.dispatchEvent(event);
    return source.postMessage.mock.lastCall?.[0].__gppReturn.returnValue;
  };
  expect(post("removeEventListener", 1)).toBe(false);
  expect(post("addEventListener")).toMatchObject({ eventName: "listenerRegistered", listenerId: 2 });
  expect(post("removeEventListener", 2)).toBe(true);
  heard.mockClear();
  api.reject();
  expect(heard).toHaveBeenCalled();
});

test("frames find the window by its locator, and are answered in the way they asked", async () => {
  await openIn(sectionOf("CO"));
  expect(document.querySelectorAll("iframe[name=__gppLocator]")).toHaveLength(1);
  const source = { postMessage: vi.fn() };
  const call = { __gppCall: { command: "hasSection", parameter: "usco", version: "1.1", callId: 7 } };
  for (const data of [call, JSON.stringify(call), "nothing __gppCall", null, { other: 1 }]) {
    const event = new MessageEvent("message", { data, origin: "https://ads.example" });
    Object.defineProperty(event, "source", { value: source });
    vi.spyOn(console, "warn").mockImplementation(() => {});
    window.dispatchEvent(event);
  }
  const answer = { __gppReturn: { returnValue: true, success: true, callId: 7 } };
  expect(source.postMessage.mock.calls).toEqual([
    [answer, "https://ads.example"],
    [JSON.stringify(answer), "https://ads.example"],
  ]);
});

test("where no section applies there is no __gpp", async () => {
  await openPage({ trackers, gpp: null });
  expect(page.__gpp).toBeUndefined();
});
