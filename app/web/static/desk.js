// Niceties only; every page is whole without this file.
"use strict";

// In the language of the page.
const words = document.currentScript.dataset;

// A copy button beside what is made to be copied.
for (const block of document.querySelectorAll("pre[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = words.copy;
  button.setAttribute("aria-label", words.copyWhat.replace("…", () => block.dataset.copy));
  const say = (said) => {
    button.textContent = said;
    setTimeout(() => {
      button.textContent = words.copy;
    }, 2000);
  };
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(block.textContent).then(
      () => say(words.copied),
      () => say(words.refused),
    );
  });
  block.before(button);
}

// Times stay in UTC; the reader's own time is told on hover.
const tellOwnTime = (part) => {
  for (const time of part.querySelectorAll("time[datetime]")) time.title = new Date(time.dateTime).toLocaleString();
};
tellOwnTime(document);
document.addEventListener("htmx:load", ({ detail }) => tellOwnTime(detail.elt)); // a list that followed what was typed

// What is wrong comes first: for the eye and for a screen reader.
document.querySelector(".note.bad[tabindex]")?.focus();
