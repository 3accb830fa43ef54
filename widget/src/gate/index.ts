/** What runs on every page, first of all: reads the choice that is kept, decides by it, and holds the rest back. */

import { tellAround } from "../signals/around";
import type { Rules, WidgetConfig } from "../types";
import type { Choice } from "./choice";
import { decide, lapseOf, type Reason } from "./decide";
import { createGate, type Gate } from "./gate";
import { DAY_MS, readChoice } from "./store";

export interface StartedGate extends Gate {
  gpc: boolean;
  minor: boolean;
  /** The choice that is kept, in force or not. */
  keptChoice: Choice | null;
  /** The choice in force, or null. */
  inForce(): Choice | null;
  /** Why each tracker is allowed or held now. */
  reasons(): Reason[];
}

/** Whether this build tells vendors: sites whose trackers have no signals get one without. */
declare const SIGNALS: boolean;

export const today = (): number => Math.floor(Date.now() / DAY_MS);

/** `noticed`: called when something may have been held in the page. */
export function startGate(
  config: Rules & Pick<WidgetConfig, "site" | "trackers" | "gpp">,
  minor: boolean,
  noticed: () => void,
): StartedGate {
  const self = {
    gpc: (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true,
    minor,
    keptChoice: readChoice(config.site),
    inForce: () => (lapseOf(config, self.keptChoice, today()) ? null : self.keptChoice),
    reasons: () => decide(config, self.keptChoice, { ...self, today: today() }),
  };
  const grantsCategory = (id: string) => id === "necessary" || (!self.minor && !!self.inForce()?.granted.includes(id));
  const make = () => createGate(config.trackers, self.reasons(), grantsCategory, noticed);
  return Object.assign(self, SIGNALS ? tellAround(config, self, { ...self, today: today() }, make) : make());
}
