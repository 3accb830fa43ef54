/** Vue 3: the tag, how things stand, and what is rendered only when it may load. */

import {
  type ComputedRef,
  computed,
  defineComponent,
  h,
  onMounted,
  onUnmounted,
  type PropType,
  type SlotsType,
  shallowRef,
  watchEffect,
} from "vue";
import { type ConsentState, consent, holdPlace, isAllowed, NOTHING, watch } from "../core/consent.js";
import { addressOf, type TagProps } from "../core/tag.js";

export type { Choice, ConsentState, PlacetApi } from "../core/consent.js";
export type { TagProps } from "../core/tag.js";

/** The words of `ConsentState`, to be taken apart: what changes is a ref. */
export type Consent = Pick<ConsentState, "allows" | "show"> & {
  [K in "placet" | "choice" | "allowed"]: ComputedRef<ConsentState[K]>;
};

/** How things stand. Within a component's `setup`; nothing is allowed before it is mounted, so that a server says the same. */
export function useConsent(): Consent {
  const now = shallowRef(NOTHING);
  const look = () => {
    now.value = consent();
  };
  let stop: (() => void) | undefined;
  onMounted(() => {
    stop = watch(look);
    look();
  });
  onUnmounted(() => stop?.());
  return {
    placet: computed(() => now.value.placet),
    choice: computed(() => now.value.choice),
    allowed: computed(() => now.value.allowed),
    allows: (id) => now.value.allows(id),
    show: () => now.value.show(),
  };
}

/** Puts the tag in. Once, in the root component. */
export const Placet = /* @__PURE__ */ defineComponent({
  name: "Placet",
  props: {
    site: { type: String, required: true },
    api: { type: String, required: true },
    lang: String,
    minor: Boolean,
    nonce: String,
  },
  setup: (props: TagProps) => () => h("script", { async: true, src: addressOf(props), nonce: props.nonce }),
});

const id = String as PropType<string | undefined>;
const mark = { tracker: id, category: id };

const Placeholder = /* @__PURE__ */ defineComponent({
  name: "Placeholder",
  props: mark,
  setup(props) {
    const place = shallowRef<HTMLElement>();
    watchEffect((clean) => place.value && clean(holdPlace(place.value, props)), { flush: "post" });
    return () => h("div", { ref: place });
  },
});

/** Renders its default slot when the tracker, or everything of the category, may load; else `fallback`, or a placeholder. */
export const Allowed = /* @__PURE__ */ defineComponent({
  name: "Allowed",
  props: mark,
  slots: {} as SlotsType<{ default?: unknown; fallback?: unknown }>,
  setup(props, { slots }) {
    const { allows } = useConsent();
    return () => {
      if (isAllowed({ allows }, props)) return slots.default?.({});
      return slots.fallback ? slots.fallback({}) : h(Placeholder, { ...props });
    };
  },
});
