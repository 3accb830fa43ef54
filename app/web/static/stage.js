// What opens in the frame takes the focus, as preferences do. Who still chooses what to see keeps it, until they go there.
"use strict";

const choices = document.querySelector("form[hx-get]");
let chosen = null;

document.addEventListener("htmx:afterSwap", () => {
  chosen = choices?.contains(document.activeElement) ? document.activeElement : null;
});
addEventListener("blur", () => {
  if (document.activeElement?.matches("#shown iframe")) chosen?.focus();
});
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("iframe")) chosen = choices?.contains(target) ? target : null;
});
document.addEventListener("pointermove", ({ target }) => {
  if (target.closest("#shown")) chosen = null;
});
