// Filters the list of trackers as one types; Enter asks the server, which finds whole addresses and cookies, too.
"use strict";

const field = document.querySelector("input[data-filters]");
const says = document.querySelector("[data-found]");
const rows = [...document.querySelectorAll("tr[data-find]")];

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of rows) {
    row.hidden = !words.every((word) => row.dataset.find.includes(word));
    if (!row.hidden) found += 1;
  }
  for (const group of document.querySelectorAll("section.group")) {
    group.hidden = words.length > 0 && !group.querySelector("tr[data-find]:not([hidden])");
  }
  const { none, one, many } = says.dataset;
  says.textContent = words.length ? (found ? (found === 1 ? one : many) : none).replace("{number}", found) : "";
}

// Only where the page shows all of them: what the server has filtered out is not here to be found.
if (field && says && !new URLSearchParams(location.search).get("q")) field.addEventListener("input", filter);
