/** What is measured of a layer by whoever answers it. */

import { expect, test, vi } from "vitest";
import { looksOf } from "../src/after/looks";

/** A layer with two buttons, the no in `style`; the pointer is on the no. */
function measure(style: string) {
  document.body.innerHTML = `<div><button>Yes</button><button style="${style}">No</button></div>`;
  const [accept, reject] = document.querySelectorAll("button");
  vi.spyOn(reject, "matches").mockReturnValue(true);
  return looksOf(document.querySelector("div")!, accept, reject).equality;
}

test("a real click is made with the pointer on a button: unequal colours are seen all the same", () => {
  expect(measure("")).toBe(true);
  expect(measure("color: rgb(200, 200, 200)")).toBe(false);
  expect(measure("font-weight: 400; background-color: rgb(240, 240, 240)")).toBe(false);
});

test("what a button does under the pointer is no difference: it fades, and forced colours draw its border anew", () => {
  expect(measure("opacity: 0.85")).toBe(true);
  expect(measure("border-color: rgb(0, 0, 255)")).toBe(true);
});
