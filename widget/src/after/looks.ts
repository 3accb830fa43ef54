/** What a layer looked like to whoever answered it: kept in the receipt. */

import { brightness } from "../ui/scheme";

export interface Looks {
  /** What the layer was drawn in: light writing means dark. */
  scheme: "light" | "dark";
  /** Whether the two answers were as drawn of the same size, weight and colours. */
  equality: boolean;
}

/** Measures a layer as it stands, with its buttons for yes and no. */
export const looksOf = (root: HTMLElement, accept: HTMLElement, reject: HTMLElement): Looks => ({
  scheme: brightness(getComputedStyle(root).color) > 128 ? "dark" : "light",
  equality: areEqual(accept, reject),
});

function areEqual(a: HTMLElement, b: HTMLElement): boolean {
  const [first, second] = [getComputedStyle(a), getComputedStyle(b)];
  const looks = ["color", "backgroundColor", "borderColor", "fontSize", "fontWeight"] as const;
  return (
    Math.abs(a.offsetWidth - b.offsetWidth) < 2 &&
    Math.abs(a.offsetHeight - b.offsetHeight) < 2 &&
    looks.every((look) => first[look] === second[look])
  );
}
