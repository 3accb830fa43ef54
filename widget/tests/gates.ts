/** A gate by itself, without a visitor: what may load is said by id. */

import { vi } from "vitest";
import { Reason } from "../src/gate/decide";
import { createGate } from "../src/gate/gate";
import type { GateTracker } from "../src/types";
import { makeConfig } from "./support";

/** Starts one that allows what needs no yes and the ids in `allowed`; `allow` has it obey others. */
export function openGate(allowed: string[] = [], trackers: GateTracker[] = makeConfig().trackers) {
  const reasons = (ids: string[]) =>
    trackers.map(({ id, model }) =>
      model === "none" ? Reason.necessary : ids.includes(id) ? Reason.granted : Reason.refused,
    );
  let granted: string[] = [];
  const noticed = vi.fn();
  const gate = createGate(trackers, reasons(allowed), (category) => granted.includes(category), noticed);
  return {
    gate,
    noticed,
    allow: (...ids: string[]) => gate.obey(reasons(ids)).map(({ id }) => id),
    /** What the choice grants of categories that have no tracker. */
    grantCategories: (...categories: string[]) => {
      granted = categories;
    },
    /** Lets everything load, so that nothing is held at all. */
    allowAll: () => gate.obey(reasons(trackers.map(({ id }) => id))),
  };
}
