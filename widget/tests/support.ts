/** What several tests need: the documents as the server makes them, with a word changed here and there. */

import { vi } from "vitest";
import type { Occasion } from "../src/choice/draft";
import type { GateTracker, LoaderConfig, NoticeDocument, WidgetConfig } from "../src/types";
import config from "./fixtures/config.json";
import notice from "./fixtures/notice.json";

export const SITE = config.site;
export const NAME = `placet_${SITE}`;
export const NOW = Date.UTC(2026, 10, 22, 12);
export const TODAY = 20779;
export const CLICK: Occasion = { method: "banner:accept-all", trusted: true, layer: 1, shownAt: NOW };

/** Kept choices of the example's version 3, decided today. */
export const ALL = "1.3.functional~analytics~recording~marketing.-.20779.20959";
export const ANALYTICS = "1.3.analytics.-.20779.20959";
export const NOTHING = "1.3.-.-.20779.20959";

export const makeTracker = (changes: Partial<GateTracker> = {}): GateTracker => ({
  id: "clicks",
  category: "analytics",
  since: 1,
  match: [],
  storage: [],
  stop: [],
  ...changes,
});

/** The example config as the loader carries it, for `saas-console` under the regime `eu`. */
export const makeLoaderConfig = (changes: Partial<LoaderConfig> = {}): LoaderConfig => ({
  ...(structuredClone(config) as LoaderConfig),
  ...changes,
});

/** The same with complete trackers; `trackers` changes those of its ids. */
export function makeConfig(
  changes: Partial<WidgetConfig> = {},
  trackers: Record<string, Partial<GateTracker>> = {},
): WidgetConfig {
  const complete = makeLoaderConfig().trackers.map((own) => makeTracker({ ...own, ...trackers[own.id] }));
  return { ...makeLoaderConfig(), trackers: complete, ...changes };
}

export const makeNotice = (changes: Partial<NoticeDocument> = {}): NoticeDocument => ({
  ...(structuredClone(notice) as NoticeDocument),
  ...changes,
});

/** An answer as `fetch` gives it; text stays as it is. */
export const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

/** The server's problem document (RFC 9457). */
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  answer(status, { code }, { "Content-Type": "application/problem+json", ...headers });

/** The id of the receipt that a request to the server carries. */
export const postedId = (init: RequestInit | undefined): string => JSON.parse(`${init?.body}`).id;

/** A server that stores every receipt. */
export const acknowledge: typeof fetch = async (_, init) => answer(201, { id: postedId(init) });

/** Lets everything that waits for a microtask or a timer of no length happen. */
export const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** Lets a frame be drawn. */
export const nextFrame = (): Promise<unknown> => vi.advanceTimersByTimeAsync(20);

/** Keeps console lines away from the reader, and for the test. */
export const hush = () => vi.spyOn(console, "warn").mockReturnValue();

export const setCookie = (text: string): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: what the widget itself has to use
  document.cookie = text;
};

/** Cookies and storage throw, as where they are blocked. */
export function blockStorage(): void {
  const blocked = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  vi.spyOn(globalThis, "localStorage", "get").mockImplementation(blocked);
  vi.spyOn(globalThis, "sessionStorage", "get").mockImplementation(blocked);
  vi.spyOn(document, "cookie", "get").mockImplementation(blocked);
  vi.spyOn(document, "cookie", "set").mockImplementation(blocked);
}

/** Empties cookies, storage and page. */
export function clearBrowser(): void {
  localStorage.clear();
  sessionStorage.clear();
  for (const pair of document.cookie.split("; ")) {
    for (const path of ["", ";Path=/"]) {
      setCookie(`${pair.split("=")[0]}=${path};Expires=Thu, 01 Jan 1970 00:00:00 GMT`);
    }
  }
  document.head.replaceChildren();
  document.body.replaceChildren();
}
