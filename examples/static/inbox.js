// Asks for the hits once a second; the server answers 304 while nothing has changed.
const names = JSON.parse(document.querySelector("#names").textContent);
const site = new URLSearchParams(location.search).get("site");
const address = site ? `/hits.json?site=${encodeURIComponent(site)}` : "/hits.json";
const body = document.querySelector("[data-hits]");
const summary = document.querySelector("[data-summary]");
const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const whole = new Intl.NumberFormat();
const SHOWN = 300;
let etag = "";

function cell(text, className, note) {
  const td = document.createElement("td");
  td.role = "cell";
  td.className = className ?? "";
  td.append(text);
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    td.append(" ", small);
  }
  return td;
}

function line(hit) {
  const row = document.createElement("tr");
  row.role = "row";
  row.dataset.category = hit.category ?? "";
  row.append(
    cell(time.format(new Date(hit.at)), "time"),
    cell(names[hit.site] ?? "unknown", "site"),
    cell(hit.tracker ?? "not listed", "tracker", hit.category ?? ""),
    cell(hit.what, "what", `${hit.kind}, ${hit.host}${hit.path}`),
    cell(whole.format(hit.bytes), "number"),
  );
  return row;
}

function sentence(hits) {
  const optional = hits.filter((hit) => hit.category !== "necessary");
  const trackers = new Set(optional.map((hit) => `${hit.site} ${hit.tracker ?? hit.host}`));
  if (optional.length === 0) {
    return hits.length ? "Only necessary requests have arrived." : "Nothing has reached any tracker.";
  }
  const requests = optional.length === 1 ? "1 request has" : `${whole.format(optional.length)} requests have`;
  return `${requests} reached ${trackers.size === 1 ? "1 optional tracker" : `${trackers.size} optional trackers`}.`;
}

async function refresh() {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    if (answer.headers.get("ETag") !== etag) {
      etag = answer.headers.get("ETag");
      const { hits } = await answer.json();
      summary.textContent = sentence(hits);
      body.replaceChildren(...hits.slice(-SHOWN).reverse().map(line));
    }
  } catch (error) {
    etag = "";
    summary.textContent = `The inbox does not answer (${error.message}). Is the program still running?`;
  }
  setTimeout(refresh, 1000);
}

document.querySelector("[data-clear]").addEventListener("click", () => fetch("/clear", { method: "POST" }));
refresh();
