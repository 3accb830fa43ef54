/** How things stand, for Svelte: read in a template, in `$derived` or `$effect`, it is followed. */

import { createSubscriber } from "svelte/reactivity";
import { type ConsentState, consent, watch } from "../core/consent.js";

const follow = /* @__PURE__ */ createSubscriber(watch);

function now(): ConsentState {
  follow();
  return consent();
}

const state: ConsentState = {
  get placet() {
    return now().placet;
  },
  get choice() {
    return now().choice;
  },
  get allowed() {
    return now().allowed;
  },
  allows: (id) => now().allows(id),
  show: () => consent().show(),
};

/** How things stand. Its properties are alive: do not take them apart. */
export const useConsent = (): ConsentState => state;
