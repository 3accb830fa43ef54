/** What a click leaves behind at once: a receipt's body but for what names it. The receipts part makes the rest. */

import { readJson, tryStorage } from "../attempt";

export type Method =
  | "banner:accept-all"
  | "banner:reject-all"
  | "banner:accept-new"
  | "banner:reject-new"
  | "preferences:accept-all"
  | "preferences:reject-all"
  | "preferences:save"
  | "placeholder:allow"
  | "gpc"
  | "minor"
  | "api"
  | "erase";

/** How a choice came about. `shownAt` in ms since 1970. Where nothing was shown, only the first two are there. */
export interface Occasion {
  method: Method;
  trusted: boolean;
  layer?: 1 | 2;
  shownAt?: number;
  scheme?: "light" | "dark";
  equality?: boolean;
}

/** The fields of docs/widget.md, "What is posted", without `id`, `secret` and `previous`; times in ms since 1970, the viewport as its width. */
export interface Draft {
  choices: Record<string, boolean>;
  trackers: Record<string, boolean>;
  /** In CSS px. */
  viewport: number;
  shown_at: number;
  decided_at: number;
  [field: string]: unknown;
}

/** Where drafts and bodies wait: localStorage, an array as JSON. */
export const queueName = (site: string): string => `placet_${site}_queue`;

/** Reads what waits, drafts and bodies alike. */
export const readQueue = <T>(site: string): T[] => ([] as T[]).concat(readJson<T[]>(queueName(site)) || []);

/** Puts a draft behind what waits; false where storage is blocked. */
export const keepDraft = (site: string, draft: Draft): boolean =>
  !!tryStorage(() => {
    localStorage.setItem(queueName(site), JSON.stringify([...readQueue(site), draft]));
    return true;
  });
