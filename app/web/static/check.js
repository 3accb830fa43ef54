// What is wrong in a field is told under it once one leaves it, and goes when it is mended: by the rules of Save, which the
// server keeps. htmx asks it, and nothing is stored. Nothing that was typed is touched, and the focus stays where it is.
"use strict";

// What is pressed must not move away under the pointer.
let isPressed = false;
let waiting = null;
addEventListener("pointerdown", () => (isPressed = true), true);
for (const name of ["pointerup", "pointercancel"]) {
  addEventListener(
    name,
    () => {
      isPressed = false;
      setTimeout(() => waiting?.()); // after the click
    },
    true,
  );
}

function watch(checks) {
  const form = checks.closest("form");
  // What was left, and what it stands in: of a form that is only begun, nobody is told what else is missing.
  const left = new Set();
  form.addEventListener("change", ({ target }) => {
    // A colour's picker has no name of its own.
    const own = target.name ? target : (target.parentElement.querySelector("[name]") ?? target);
    for (let name of [own.name, own.id.replace(/^f-/, "")]) {
      for (; name; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) left.add(name);
    }
  });
  checks.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status !== 200) detail.shouldSwap = false; // whatever it is, Save tells it
  });
  checks.addEventListener("htmx:afterSwap", () => {
    waiting = () => {
      waiting = null;
      tell(form, checks, left);
    };
    if (!isPressed) waiting();
  });
}

function tell(form, checks, left) {
  const found = new Map([...checks.children].map((own) => [own.dataset.at, own]));
  const status = checks.nextElementSibling;
  const said = [];
  for (const place of form.querySelectorAll(".wrong[id^='e-']")) {
    const name = place.id.slice(2);
    const control = document.getElementById(`f-${name}`);
    const own = found.get(name);
    const stood = place.textContent;
    if (!stood && !left.has(name)) continue;
    if (stood === (own?.textContent ?? "")) continue;
    said.push(own ? `${own.dataset.label}: ${own.textContent}` : status.dataset.mended.replace("{}", () => labelOf(control)));
    place.replaceChildren(...(own?.childNodes ?? []));
    if (!control?.matches("input, select, textarea")) continue;
    if (own) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
  status.textContent = said.join(" ");
}

const labelOf = (control) =>
  (control?.labels?.[0] ?? control?.querySelector("legend, label") ?? control)?.textContent.trim() ?? "";

for (const checks of document.querySelectorAll("[data-checks]")) watch(checks);
