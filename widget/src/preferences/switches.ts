/** The switches of the second layer: one per category, and one per tracker where the site offers that. */

import { type Choice, grants } from "../gate/choice";
import type { Wish } from "../session";
import type { NoticeCategory, TrackerRule } from "../types";
import { h } from "./borrowed";

export interface CategorySwitches {
  category: NoticeCategory;
  main: HTMLInputElement;
  /** By tracker id; empty where the site offers no choice per tracker. */
  own: Map<string, HTMLInputElement>;
  /** Something in it that was granted is new or changed since, and so is off until it is switched on. */
  newer: boolean;
}

/**
 * Makes a category's switches; they stand by the choice in force, else as the notice says. Nothing else ticks one.
 * What was not there when the visitor said yes stands off: else the next save would say yes to it unread.
 */
export function makeSwitches(
  category: NoticeCategory,
  choice: Choice | null,
  rules: TrackerRule[],
  perTracker: boolean,
  minor: boolean,
): CategorySwitches {
  const { id, required } = category;
  const make = (on: boolean, attributes: Record<string, string>) => {
    const input = h("input", { type: "checkbox", role: "switch", disabled: (required || minor) && "1", ...attributes });
    input.checked = on && !(minor && !required);
    return input;
  };
  const isNewer = (rule: TrackerRule) => !!choice && (rule.model || "optin") === "optin" && choice.version < rule.since;
  const isGranted = !!choice?.granted.includes(id);
  const newer = isGranted && rules.some((rule) => rule.category === id && rule.kind !== "declared" && isNewer(rule));
  const on = required || (choice ? isGranted && !newer : category.on);
  const main = make(on, { "data-category": id, id: `placet-${id}`, "aria-describedby": `placet-${id}-about` });
  const own = new Map<string, HTMLInputElement>();
  if (!required && perTracker) {
    for (const tracker of category.trackers) {
      // A loader follows what is behind it, and what is only declared is not in our hands.
      if (tracker.kind !== "browser" && tracker.kind !== "server") continue;
      const rule = rules.find((other) => other.id === tracker.id);
      if (!rule) continue;
      own.set(
        tracker.id,
        make(choice ? grants(choice, rule) && !isNewer(rule) : on, {
          "data-tracker": tracker.id,
          "aria-label": tracker.name,
        }),
      );
    }
  }

  const follow = () => {
    if (!own.size) return;
    const states = [...own.values()].map((input) => input.checked);
    main.checked = states.every((state) => state);
    main.indeterminate = !main.checked && states.some((state) => state);
  };
  main.addEventListener("change", () => {
    for (const input of own.values()) input.checked = main.checked;
  });
  for (const input of own.values()) input.addEventListener("change", follow);
  follow();
  return { category, main, own, newer };
}

/** Puts the switches as a wish has it, where they can be moved. */
export function setSwitches(all: CategorySwitches[], wish: Wish): void {
  for (const { category, main, own } of all) {
    if (!main.disabled) main.checked = wish[category.id];
    for (const [id, input] of own) {
      input.checked = wish[id];
      input.dispatchEvent(new Event("change"));
    }
  }
}

/** Reads the switches: what is wished for each category, and for each tracker that has a switch of its own. */
export function readSwitches(all: CategorySwitches[]): Wish {
  const states = all
    .filter(({ category }) => !category.required)
    .flatMap(({ category, main, own }) => [
      [category.id, main.checked],
      ...[...own].map(([id, input]) => [id, input.checked]),
    ]);
  return Object.fromEntries(states);
}
