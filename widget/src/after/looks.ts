/** What a layer looks like to whoever answers it: kept in the receipt; and that yes and no look the same. */

import { say } from "../attempt";
import { brightness } from "../ui/scheme";

export interface Looks {
  /** What the layer was drawn in: light writing means dark, where the site has no colours of its own. */
  scheme: "light" | "dark";
  /** Whether the two answers were as drawn of the same size, weight and colours. */
  equality: boolean;
}

/** What leaves a button where it is, to be seen. */
const SEEN = {
  position: "static",
  visibility: "visible",
  opacity: "1",
  transform: "none",
  filter: "none",
  clipPath: "none",
};

/** What two buttons must have in common. Size is measured by itself. */
const LOOKS = [
  ...[
    "color",
    "backgroundColor",
    "borderColor",
    "borderStyle",
    "borderWidth",
    "fontSize",
    "fontWeight",
    "fontFamily",
    "boxShadow",
  ],
  ...["textDecorationLine", "textTransform", ...Object.keys(SEEN)],
] as (keyof CSSStyleDeclaration & string)[];

/** What gives them the same size, whatever the page's sheets say. */
const ALIKE = { display: "block", width: "auto", height: "auto", margin: "0", padding: "8px 14px" };

/**
 * Measures a layer as it stands, with its buttons for yes and no. The outline that nobody draws around a layer has the colour
 * of its writing, or in a site's own look that of the scheme, whose writing may be light in both (`app/core/look.py`).
 */
export const looksOf = (root: HTMLElement, accept: HTMLElement, reject: HTMLElement): Looks => ({
  scheme: brightness(getComputedStyle(root).outlineColor) > 128 ? "dark" : "light",
  equality: !differences(accept, reject)[0],
});

/** What has differed until now. */
export const unequal: string[] = [];

/**
 * Sees to it that yes and no look the same in a layer: where the page's sheets make one stand out, no is given the looks
 * of yes; where not even that helps, the layer is not shown if it `mayGo`, and the console says why.
 */
export function keepEqual(root: HTMLElement | null, mayGo = true): void {
  const [accept, reject] = ["accept", "reject"].map((action) =>
    root?.querySelector<HTMLElement>(`[data-action=${action}]`),
  );
  if (!accept || !reject) return;
  // One label may need a line more than the other.
  const high = Math.max(accept.offsetHeight, reject.offsetHeight);
  if (accept.offsetHeight !== reject.offsetHeight) {
    for (const button of [accept, reject]) button.style.minHeight = `${high}px`;
  }
  const found = differences(accept, reject);
  if (!found[0]) return;
  unequal.push(...found);
  const model = getComputedStyle(accept);
  const looks = {
    ...Object.fromEntries(LOOKS.map((look) => [look, `${model[look]}`])),
    ...ALIKE,
    ...SEEN,
    minHeight: `${high}px`,
  };
  for (const button of [accept, reject]) {
    for (const [look, value] of Object.entries(looks)) {
      button.style.setProperty(
        look.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        value,
        "important",
      );
    }
  }
  const left = differences(accept, reject);
  const goes = mayGo && !!left[0];
  if (goes) root!.remove();
  say(`the page makes yes and no unequal (${found}): ${goes ? "not shown" : left[0] ? "left so" : "made equal"}`);
}

function differences(a: HTMLElement, b: HTMLElement): string[] {
  const [first, second] = [getComputedStyle(a), getComputedStyle(b)];
  // What a button answers to the pointer, which is on one of them at every click: it fades, and browsers draw its border
  // anew in forced colours.
  const isHovered = [a, b].some((button) => button.matches(":hover,:active"));
  return [
    ...["offsetWidth", "offsetHeight"].filter(
      (side) => Math.abs(a[side as "offsetWidth"] - b[side as "offsetWidth"]) >= 2,
    ),
    ...LOOKS.filter((look) => first[look] !== second[look] && !(isHovered && /^(opacity|borderColor)$/.test(look))),
  ];
}
