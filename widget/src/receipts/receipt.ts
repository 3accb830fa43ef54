/** What is posted about one choice: docs/widget.md, "What is posted". */

import { readJson, tryStorage } from "../attempt";
import type { WidgetConfig } from "../types";
import { newSecret, uuidv7 } from "./ids";

export type Method =
  | "banner:accept-all"
  | "banner:reject-all"
  | "preferences:accept-all"
  | "preferences:reject-all"
  | "preferences:save"
  | "gpc"
  | "minor"
  | "api";

/** How a choice came about. `shownAt` in ms since 1970. Where nothing was shown, only the first two are there. */
export interface Occasion {
  method: Method;
  trusted: boolean;
  layer?: 1 | 2;
  shownAt?: number;
  scheme?: "light" | "dark";
  equality?: boolean;
}

export interface Body {
  id: string;
  secret: string;
  choices: Record<string, boolean>;
  trackers: Record<string, boolean>;
  [field: string]: unknown;
}

/** What this browser keeps of a site's receipts. */
export interface ReceiptRecord {
  secret: string;
  previous: string | null;
}

/** Whether a body grants anything optional. */
export const isGrant = ({ choices, trackers }: Body): boolean =>
  Object.entries({ ...trackers, ...choices, necessary: false }).some(([, yes]) => yes);

/** Reads the secret and the last receipt id that this browser keeps for the site, if any. */
export const readRecord = (site: string): ReceiptRecord | null | undefined => readJson(`placet_${site}_record`);

/**
 * Writes the body for a choice. The secret is kept once something is granted; a first refusal, and a signal such as
 * GPC, gets a throw-away secret of which nothing stays behind. `memory` stands in where storage is blocked.
 */
export function makeReceipt(
  config: WidgetConfig,
  memory: { record?: ReceiptRecord },
  states: Pick<Body, "choices" | "trackers">,
  { shownAt, ...occasion }: Occasion,
  gpc: boolean,
  nowMs: number,
): Body {
  const record = occasion.method === "gpc" ? null : readRecord(config.site) || memory.record;
  const body: Body = {
    id: uuidv7(nowMs),
    secret: record?.secret || newSecret(),
    previous: record?.previous || null,
    ...occasion,
    ...states,
    config: { version: config.version, sha256: config.sha256 },
    notice: config.notice,
    widget: config.widget,
    gpc,
    layout: occasion.layer && config.layout,
    viewport: innerWidth < 600 ? "narrow" : innerWidth < 1200 ? "medium" : "wide",
    shown_at: new Date(shownAt || nowMs),
    decided_at: new Date(nowMs),
    shown: config.shown,
  };
  if (record || isGrant(body)) {
    memory.record = { secret: body.secret, previous: body.id };
    tryStorage(() => localStorage.setItem(`placet_${config.site}_record`, JSON.stringify(memory.record)));
  }
  return body;
}
