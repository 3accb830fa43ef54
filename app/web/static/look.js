// Look: what a pair of colours has of contrast, told while somebody types. The page is whole without this file.
// The formula is that of app/core/contrast.py; both are held to tests/contract/contrast.json.

/** The channels of #rrggbb, each from 0 to 1; null where a text is none. */
export function rgb(text) {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  return found && found.slice(1).map((part) => Number.parseInt(part, 16) / 255);
}

/** WCAG 2.2, relative luminance: from 0, black, to 1, white. */
function luminance(color) {
  const [red, green, blue] = color.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, contrast ratio: from 1 to 21. */
export function contrastRatio(one, other) {
  const [darker, brighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (brighter + 0.05) / (darker + 0.05);
}

/** Two digits, cut off and not rounded: what is written never passes where the ratio does not. */
export const writtenRatio = (ratio) => (Math.trunc(ratio * 100) / 100).toFixed(2);

/** Keeps the pairs and pictures of a form up to date, and puts a picker in the place of each colour's swatch. */
export function watch(form) {
  const inputOf = (name) => form.querySelector(`[name="${name}"]`);
  const colourOf = (name) => rgb(inputOf(name).value);

  const point = (1.5).toLocaleString(document.documentElement.lang || "en").charAt(1);
  const written = (ratio) => writtenRatio(ratio).replace(".", point);

  const tell = () => {
    const verdicts = [...form.querySelectorAll("[data-contrast] tr[data-ink]")].map((row) => {
      const words = row.closest("table").dataset;
      const [ink, ground] = [colourOf(row.dataset.ink), colourOf(row.dataset.ground)];
      const ratio = ink && ground && contrastRatio(ink, ground);
      const verdict = !ratio ? "unknown" : ratio >= Number(row.dataset.least) ? "enough" : "short";
      row.querySelector("[data-has]").textContent = ratio ? words.ratio.replace("{}", written(ratio)) : "";
      const cell = row.querySelector("[data-verdict]");
      cell.dataset.verdict = verdict;
      cell.textContent = words[verdict];
      return verdict;
    });
    for (const shape of form.querySelectorAll(".sample [data-paint]")) {
      const value = inputOf(shape.dataset.paint).value.trim();
      shape.setAttribute("fill", rgb(value) ? value : shape.dataset.otherwise);
    }
    return verdicts.includes("short") ? "some" : "all";
  };

  for (const input of form.querySelectorAll("[data-colour]")) {
    const picker = document.createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", `${input.labels[0].textContent} …`);
    const follow = () => {
      const found = rgb(input.value);
      picker.classList.toggle("empty", !found);
      if (found) picker.value = input.value.trim().toLowerCase();
    };
    picker.addEventListener("input", () => {
      input.value = picker.value;
      follow();
    });
    input.addEventListener("input", follow);
    follow();
    input.previousElementSibling.replaceWith(picker);
  }
  const said = form.querySelector("[data-contrast-said]");
  form.addEventListener("input", () => {
    const words = said.dataset[tell()];
    // Said when it becomes otherwise, not at every key.
    if (said.textContent !== words) said.textContent = words;
  });
}

for (const table of document.querySelectorAll("form.draft [data-contrast-said]")) watch(table.closest("form"));
