/** The same contrast as the server's, told at the desk while somebody types: tests/contract/contrast.json. */

import { expect, test } from "vitest";
import cases from "../../tests/contract/contrast.json";

const SCRIPT = "../../app/web/static/look.js";
const { rgb, contrastRatio, writtenRatio, watch } = await import(SCRIPT);

test("a ratio is that of WCAG, whichever colour is named first", () => {
  for (const [one, other, ratio] of cases.ratios) {
    expect(writtenRatio(contrastRatio(rgb(one), rgb(other)))).toBe(ratio);
    expect(writtenRatio(contrastRatio(rgb(other), rgb(one)))).toBe(ratio);
  }
  expect(writtenRatio(4.4999)).toBe("4.49");
});

const PAIRS = [
  ["text", "ink", "surface", "4.5"],
  ["button", "on_fill", "fill", "4.5"],
  ["shape", "fill", "surface", "3"],
];

/** The form as the desk draws it, with one palette. */
function draw(): HTMLFormElement {
  const inputs = ["surface", "ink", "fill", "on_fill"].map(
    (name) => `<label>${name}<span><svg></svg><input type="text" name="${name}" data-colour></span></label>`,
  );
  const rows = PAIRS.map(
    ([name, ink, ground, least]) => `<tr id="${name}" data-ink="${ink}" data-ground="${ground}" data-least="${least}">
      <td data-has></td><td data-verdict="unknown"></td></tr>`,
  );
  document.body.innerHTML = `<form>${inputs.join("")}
    <table data-contrast data-enough="enough" data-short="too little" data-unknown="not known" data-ratio="{} to 1">
    ${rows.join("")}</table><p data-contrast-said data-all="all" data-some="some"></p></form>`;
  const form = document.querySelector("form")!;
  watch(form);
  return form;
}

test.each(cases.palettes)("every pair is told as it is typed: $name", ({ palette, ratios, short }) => {
  const form = draw();
  for (const [name, color] of Object.entries(palette)) {
    const input = form.querySelector<HTMLInputElement>(`[name=${name}]`)!;
    input.value = color;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const [name] of PAIRS) {
    const [has, verdict] = [...form.querySelectorAll(`#${name} td`)].map((cell) => cell.textContent);
    expect(has).toBe(`${ratios[name as keyof typeof ratios]} to 1`);
    expect(verdict).toBe((short as string[]).includes(name!) ? "too little" : "enough");
  }
  expect(form.querySelector("p")!.textContent).toBe(short[0] ? "some" : "all");
});
