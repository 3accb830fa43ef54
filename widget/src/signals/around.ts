/** When vendors are told: before the gate releases anything, and round every decision that it obeys. */

import type { Choice } from "../gate/choice";
import { type Circumstances, decide, isYes, type Reason } from "../gate/decide";
import type { Gate } from "../gate/gate";
import type { GateTracker, GppSection, Rules } from "../types";
import { startGpp } from "./gpp";
import { startVendors, type Verdict } from "./vendors";

/** Whether this build has the Global Privacy Platform: for visitors to whom it applies, of sites that need it. */
declare const GPP: boolean;

/** What the gate knows when it starts, and changes as it goes. */
interface Standing {
  gpc: boolean;
  minor: boolean;
  keptChoice: Choice | null;
  inForce(): Choice | null;
  reasons(): Reason[];
}

/** Has vendors told and then makes the gate, whose `obey` tells them as well. `circumstances` are those of now. */
export function tellAround(
  config: Omit<Rules, "trackers"> & { trackers: GateTracker[]; gpp?: GppSection | null },
  self: Standing,
  circumstances: Circumstances,
  make: () => Gate,
): Gate {
  const { trackers } = config;
  const vendors = startVendors(trackers);

  /** A category is granted when everything is that loads in the page for it; where nothing does, by the choice alone. */
  const verdict =
    (reasons: Reason[], choice: Choice | null): Verdict =>
    (id) => {
      const answers = reasons.filter((_, index) => {
        const { id: own, category, kind = "browser" } = trackers[index];
        return own === id || (category === id && kind === "browser");
      });
      return answers[0] === undefined
        ? id === "necessary" || (!self.minor && !!choice?.granted.includes(id))
        : answers.every(isYes);
    };

  let { keptChoice: kept, minor } = self;
  /** Of no tracker, as long as nothing has been released. */
  let last: Reason[] = [];
  vendors.begin(verdict(decide(config, null, circumstances), null));
  // An expired no holds where no yes is needed: what is kept counts, whether in force or not.
  if (kept) vendors.decide(verdict(self.reasons(), self.inForce()));

  const release = (reasons: Reason[]) => {
    vendors.release(trackers.filter((_, index) => isYes(reasons[index]) && !isYes(last[index])));
    last = reasons;
  };
  const tellPlatform =
    GPP && config.gpp
      ? startGpp(config.gpp, () => ({
          optedOut: hasOptedOut(trackers, self.reasons()),
          gpc: self.gpc,
          asks: !self.inForce() && !self.minor,
        }))
      : () => {};
  const gate = make();
  const { obey: gateObeys } = gate;
  release(self.reasons());

  const obey: Gate["obey"] = (reasons, keepsOnce) => {
    // Held before it is told: whoever hears of a no may want to send what is left.
    const taken = gateObeys(
      reasons.map((reason, index) => (isYes(last[index]) ? reason : last[index])),
      true,
    );
    // Also called when the site says something that changes nothing.
    if (self.keptChoice !== kept || self.minor !== minor) {
      vendors.decide(verdict(reasons, self.inForce()));
      tellPlatform();
    }
    const withdrawn = taken.concat(gateObeys(reasons, keepsOnce));
    release(reasons);
    ({ keptChoice: kept, minor } = self);
    return withdrawn;
  };
  return { ...gate, obey };
}

/**
 * Whether something that is sold or shared, and would run without a yes, is held by a no, Global Privacy Control or the
 * visitor's age. Where all of it needs a yes, whether any is held.
 */
function hasOptedOut(trackers: GateTracker[], reasons: Reason[]): boolean {
  const shared = trackers.flatMap(({ sale_share, model = "optin" }, index) =>
    sale_share && model !== "none" ? [{ model, isHeld: !isYes(reasons[index]) }] : [],
  );
  const unasked = shared.filter(({ model }) => model === "optout");
  return (unasked[0] ? unasked : shared).some(({ isHeld }) => isHeld);
}
