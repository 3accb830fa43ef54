/** From a draft to what is posted about one choice: docs/widget.md, "What is posted". */

import { readJson, tryStorage } from "../attempt";
import type { Draft } from "../choice/draft";
import { newSecret, uuidv7 } from "./ids";

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

/** Forgets them. */
export const forgetRecord = (site: string): unknown =>
  tryStorage(() => localStorage.removeItem(`placet_${site}_record`));

/**
 * Names a draft. The secret is kept once something is granted; a first refusal, and a signal such as GPC, gets a
 * throw-away secret of which nothing stays behind. `memory` stands in where storage is blocked.
 */
export function makeReceipt(site: string, memory: { record?: ReceiptRecord }, draft: Draft): Body {
  const { shown_at, decided_at, viewport, ...fields } = draft;
  const record = fields.method === "gpc" ? null : readRecord(site) || memory.record;
  const body: Body = {
    id: uuidv7(decided_at),
    secret: record?.secret || newSecret(),
    previous: record?.previous || null,
    ...fields,
    viewport: viewport < 600 ? "narrow" : viewport < 1200 ? "medium" : "wide",
    shown_at: new Date(shown_at),
    decided_at: new Date(decided_at),
  };
  if (record || isGrant(body)) {
    const kept = { secret: body.secret, previous: body.id };
    memory.record = kept;
    tryStorage(() => {
      localStorage.setItem(`placet_${site}_record`, JSON.stringify(kept));
      // Kept there alone: what another tab forgets is forgotten here, too.
      delete memory.record;
    });
  }
  return body;
}
