/** What several tests need: the documents as the server makes them, with a word changed here and there. */

import { vi } from "vitest";
import type { GateTracker, WidgetConfig } from "../src/types";
import config from "./fixtures/config.json";

export const SITE = config.site;
export const NAME = `placet_${SITE}`;
export const NOW = Date.UTC(2026, 10, 22, 12);
export const TODAY = 20779;

/** The example config, as published for `saas-console` under the regime `eu`. */
export const makeConfig = (changes: Partial<WidgetConfig> = {}): WidgetConfig => ({
  ...(structuredClone(config) as unknown as WidgetConfig),
  ...changes,
});

export const makeTracker = (changes: Partial<GateTracker> = {}): GateTracker => ({
  id: "clicks",
  category: "analytics",
  kind: "browser",
  model: "optin",
  sale_share: false,
  since: 1,
  match: [],
  storage: [],
  stop: [],
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

/** Empties cookies, storage and page. */
export function clearBrowser(): void {
  localStorage.clear();
  sessionStorage.clear();
  for (const pair of document.cookie.split("; ")) {
    // biome-ignore lint/suspicious/noDocumentCookie: what the widget itself has to use
    document.cookie = `${pair.split("=")[0]}=;Path=/;Max-Age=0`;
  }
  document.body.replaceChildren();
}
