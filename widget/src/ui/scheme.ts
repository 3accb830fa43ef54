/** Whether the page is light or dark, and so whether we are. */

/** How bright an opaque colour is, from 0 to 255 (Rec. 601 luma); not a number where there is none. */
export function brightness(color: string): number {
  const [, red, green, blue] = /rgb\((\d+), (\d+), (\d+)/.exec(color) || [];
  return +red * 0.3 + +green * 0.59 + +blue * 0.11;
}

/**
 * Gives one of our roots the page's scheme: that of the background which the page paints; where it paints none, the
 * root inherits the page's `color-scheme`. Its direction is said in its style: `all` in our sheet undoes no rule about it.
 */
export function wearScheme(root: HTMLElement): void {
  root.style.direction = root.dir;
  for (const element of [document.documentElement, document.body]) {
    const bright = brightness(getComputedStyle(element).backgroundColor);
    if (bright >= 0) root.style.colorScheme = bright < 128 ? "dark" : "light";
  }
}
