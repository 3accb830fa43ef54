/**
 * The Global Privacy Platform of IAB Tech Lab, version 1.1: `__gpp` and one US section, for advertising vendors that read
 * it. Only in builds for visitors under the law of a US state whose site has such a vendor. No CMP registration: `cmpId` 1.
 */

import { attempt } from "../attempt";
import type { GppSection } from "../types";

/** What a section says of a visitor. */
export interface Standing {
  /** Sale, sharing and targeted advertising are one choice here. */
  optedOut: boolean;
  gpc: boolean;
  /** Whether the banner asks. */
  asks: boolean;
}

type Callback = (data: unknown, success: boolean) => void;

/** Bits of a number, most significant first. */
const bits = (value: number, length: number) => value.toString(2).padStart(length, "0");

/** base64url as the platform packs it: filled up to whole bytes, then to whole letters. */
function pack(text: string): string {
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, "0");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return (padded.padEnd(Math.ceil(padded.length / 6) * 6, "0").match(/.{6}/g) || [])
    .map((six) => letters[Number.parseInt(six, 2)])
    .join("");
}

/** Fibonacci coding: Zeckendorf's sum from the smallest number on, and a one that ends it. */
export function fibonacci(value: number): string {
  const numbers = [2, 1];
  while (numbers[0] < value) numbers.unshift(numbers[0] + numbers[1]);
  let code = "";
  let rest = value;
  for (const number of numbers) {
    if (number <= rest) {
      rest -= number;
      code = `1${code}`;
    } else if (code) code = `0${code}`;
  }
  return `${code}1`;
}

/** 0: not applicable; 1: yes, a notice is given, the visitor has opted out; 2: no. */
function toldBy(field: string, optedOut: boolean): number {
  if (/OptOut$/.test(field)) return optedOut ? 1 : 2;
  if (/^(?!Sensitive).*Notice$/.test(field)) return 1;
  return field === "MspaCoveredTransaction" ? 2 : 0;
}

/** The section as objects, one per segment, and as it is written. */
export function sectionOf({ version, fields, gpc }: GppSection, standing: Standing): [object[], string] {
  const core: Record<string, unknown> = { Version: version };
  let text = bits(version, 6);
  for (const field of fields.split(" ")) {
    const [name, count] = field.split("*");
    const value = toldBy(name, standing.optedOut);
    core[name] = count ? Array(+count).fill(value) : value;
    text += bits(value, 2).repeat(+count || 1);
  }
  if (!gpc) return [[core], pack(text)];
  const own = { SubsectionType: 1, Gpc: standing.gpc };
  return [[core, own], `${pack(text)}.${pack(`01${+standing.gpc}`)}`];
}

/** Gives the page `__gpp`. Returns how to tell it that something has changed. */
export function startGpp(section: GppSection, read: () => Standing): () => void {
  const { name, id } = section;
  const page = window as unknown as { __gpp?: unknown };
  const header = pack(`${bits(3, 6)}${bits(1, 6)}${bits(1, 12)}0${fibonacci(id)}`);
  /** With the frame that asked for it, which alone may take it away again; undefined: a script of the page. */
  const listeners = new Map<number, { callback: Callback; source: unknown }>();
  let standing = read();
  let isReady = true;
  let lastId = 0;

  const ping = () => {
    const [parsed, text] = sectionOf(section, standing);
    return {
      gppVersion: "1.1",
      cmpStatus: "loaded",
      cmpDisplayStatus: standing.asks ? "visible" : "hidden",
      signalStatus: isReady ? "ready" : "not ready",
      supportedAPIs: [`${id}:${name}`],
      cmpId: 1,
      sectionList: [id],
      applicableSections: [id],
      gppString: `${header}~${text}`,
      parsedSections: { [name]: parsed },
    };
  };
  const tell = (eventName: string, data: unknown) => {
    for (const [listenerId, { callback }] of [...listeners]) {
      attempt(() => callback({ eventName, listenerId, data, pingData: ping() }, true));
    }
  };
  const fieldOf = (path: string) => {
    const [prefix, field] = path.split(".");
    const found = Object.assign({}, ...sectionOf(section, standing)[0]);
    return prefix === name && Object.keys(found).includes(field) ? found[field] : null;
  };
  const commands: Record<string, (callback: Callback, parameter: unknown, source: unknown) => void> = {
    ping: (callback) => callback(ping(), true),
    addEventListener: (callback, _parameter, source) => {
      listeners.set(++lastId, { callback, source });
      callback({ eventName: "listenerRegistered", listenerId: lastId, data: true, pingData: ping() }, true);
    },
    removeEventListener: (callback, parameter, source) => {
      const isOwn = listeners.get(parameter as number)?.source === source;
      callback(isOwn && listeners.delete(parameter as number), true);
    },
    hasSection: (callback, parameter) => callback(parameter === name, true),
    getSection: (callback, parameter) =>
      callback(parameter === name ? sectionOf(section, standing)[0] : null, parameter === name),
    getField: (callback, parameter) => {
      const value = fieldOf(`${parameter}`);
      callback(value, value !== null);
    },
  };
  const answer = (command: string, callback: unknown, parameter: unknown, source?: unknown) => {
    const done = typeof callback === "function" ? (callback as Callback) : () => {};
    if (Object.keys(commands).includes(command)) commands[command](done, parameter, source);
    else done(null, false);
  };

  // What a vendor's or the site's own stub has kept until now: calls [command, callback, parameter, version], and listeners.
  const stub = page.__gpp as ((what?: string) => unknown) | undefined;
  const list = (found: unknown) => (Array.isArray(found) ? found : []);
  const calls = list(attempt(() => stub?.()));
  for (const { id: kept, callback } of list(attempt(() => stub?.("events")))) {
    if (typeof callback !== "function") continue;
    listeners.set(kept, { callback, source: undefined });
    lastId = Math.max(lastId, kept);
  }
  page.__gpp = (command: string, callback: unknown, parameter?: unknown) => answer(command, callback, parameter);
  for (const [command, callback, parameter] of calls.map((call) => Array.from(call as never[]))) {
    attempt(() => answer(command, callback, parameter));
  }
  tell("cmpStatus", "loaded");
  tell("signalStatus", "ready");
  window.addEventListener("message", ({ data, source, origin }) =>
    attempt(() => {
      const asked = (typeof data === "string" && data.includes("__gppCall") ? JSON.parse(data) : data)?.__gppCall;
      if (!asked) return;
      const { command, parameter, callId } = asked;
      const back = (returnValue: unknown, success: boolean) => {
        const message = { __gppReturn: { returnValue, success, callId } };
        const target = origin === "null" ? "*" : origin;
        (source as Window).postMessage(typeof data === "string" ? JSON.stringify(message) : message, target);
      };
      answer(command, back, parameter, source);
    }),
  );
  addLocator();

  return () => {
    const before = standing;
    isReady = false;
    tell("signalStatus", "not ready");
    standing = read();
    if (standing.asks !== before.asks) tell("cmpDisplayStatus", standing.asks ? "visible" : "hidden");
    if (standing.optedOut !== before.optedOut) tell("sectionChange", name);
    isReady = true;
    tell("signalStatus", "ready");
  };
}

/** By a frame of that name vendors in frames find the window to ask. */
function addLocator(): void {
  if ("__gppLocator" in window.frames) return;
  if (!document.body) {
    document.addEventListener("DOMContentLoaded", addLocator, { once: true });
    return;
  }
  const frame = document.createElement("iframe");
  frame.name = "__gppLocator";
  frame.style.cssText = "display:none";
  document.body.append(frame);
}
