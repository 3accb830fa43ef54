/** What comes after a choice: its receipt is delivered, and what may no longer run is stopped and cleared away. */

import { attempt, tryStorage } from "../attempt";
import { RELOAD } from "../choice/steps";
import type { PartContext } from "../preferences/part";
import type { GateTracker } from "../types";
import { keepEqual, looksOf, unequal } from "./looks";
import { createQueue, type ReceiptQueue } from "./queue";
import { deleteStored, stopTracker } from "./withdraw";

export interface After extends ReceiptQueue {
  looksOf: typeof looksOf;
  keepEqual: typeof keepEqual;
  /** How the page's own sheets have made yes and no unequal. */
  unequal: string[];
  /**
   * Stops what has just been withdrawn and what the site's people have stopped, and deletes what anything held has stored.
   * Loads the page again where a tracker cannot be stopped otherwise.
   */
  tidy(withdrawn: GateTracker[]): void;
  /** Posts once per browser, where it can remember that it did, that Global Privacy Control is on: a refusal. */
  tellGpc(): void;
  /** Says something in the status region, which is heard; what is `seen` is shown, too. */
  tell(words: string, seen?: boolean): void;
}

const HEARD_MS = 100;
const SECOND_SWEEP_MS = 2_000;
const STYLE = `$status{position:fixed;z-index:2147483647;bottom:68px;inset-inline-start:12px;max-width:min(28em,100% - 24px);padding:12px 16px;border-radius:var(--placet-radius,12px);box-shadow:0 12px 40px #0003}
$status:not([data-seen]){clip-path:inset(50%)}`;

export function makeAfter({ session, send, h, dress, wearScheme }: PartContext): After {
  const { config, allows, reloadKey } = session;
  const { site, api, trackers } = config;
  let isOpen = false;
  // A live region is only heard when it was there before its words: some time before, for those who have just come.
  const status = h("placet-status", { role: "status", "data-placet": "status" });
  // Measured before our own sheet and node make the browser work the page's styles out anew.
  attempt(() => keepEqual(document.querySelector<HTMLElement>("[data-placet=banner]")));
  dress(STYLE);
  document.body?.append(status);

  return {
    ...createQueue(site, api, send),
    looksOf,
    keepEqual,
    unequal,
    tidy: (taken) => {
      // Until we had come, the visitor may have changed their mind.
      const withdrawn = taken.filter(({ id }) => !allows(id));
      withdrawn.concat(trackers.filter(({ model }) => model === "stopped")).forEach(stopTracker);
      // What has run on this page may still have its database open.
      isOpen ||= !!withdrawn[0];
      const sweep = () =>
        deleteStored(
          trackers.filter(({ id }) => !allows(id)),
          trackers.filter(({ id }) => allows(id)),
          isOpen,
        );
      sweep();
      // What was stopped may have been about to write.
      if (withdrawn[0]) setTimeout(sweep, SECOND_SWEEP_MS);
      if (!withdrawn.some(({ stop }) => stop.includes(RELOAD))) return;
      tryStorage(() => sessionStorage.setItem(reloadKey, `${withdrawn.map(({ id }) => id)}`));
      location.reload();
    },
    tellGpc: () => {
      tryStorage(() => {
        const said = `placet_${site}_gpc`;
        if (localStorage.getItem(said)) return;
        localStorage.setItem(said, "1");
        session.draft([], [], { method: "gpc", trusted: false });
      });
    },
    tell: (words, seen) => {
      if (!status.isConnected) document.body.append(status);
      status.lang = config.lang;
      status.dir = config.dir;
      wearScheme(status);
      status.toggleAttribute("data-seen", !!seen);
      setTimeout(() => {
        status.textContent = words;
      }, HEARD_MS);
    },
  };
}
