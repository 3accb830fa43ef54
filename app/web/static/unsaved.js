// Forms that edit: what was typed and is not saved is told, and not left behind without a word. After Save one is where
// one was. Every page is whole without this file.
"use strict";

const forms = [...document.querySelectorAll("form.draft")];
// What a refused page came back with, any form of it may send; what came back with a row more or less is not saved either.
let refused = document.querySelector(".note.bad[role=alert]:not([hidden])") !== null;
const unsaved = new Set(forms.filter((form) => "unsaved" in form.dataset));

for (const form of forms) {
  const mark = form.querySelector("[data-changed]");
  const warning = form.querySelector("[data-other]");
  let at = "";
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("input, select, textarea")) at = target.id;
  });
  form.addEventListener("input", () => {
    unsaved.add(form);
    if (mark) mark.hidden = false;
  });
  form.addEventListener("submit", (event) => {
    const isOtherUnsaved = forms.some((other) => other !== form && unsaved.has(other));
    if (warning?.hidden && isOtherUnsaved) {
      // Saved is one of the two: said once, and done at the second press.
      event.preventDefault();
      warning.setAttribute("role", "alert");
      warning.hidden = false;
      return;
    }
    unsaved.clear();
    refused = false;
    const place = document.createElement("input");
    place.type = "hidden";
    place.name = "at";
    place.value = at;
    form.append(place);
  });
}

addEventListener("beforeunload", (event) => {
  if (unsaved.size > 0 || refused) event.preventDefault();
});

// Back at the field where one was when one saved.
if (new URLSearchParams(location.search).has("done")) {
  document.getElementById(location.hash.slice(1))?.focus();
}
