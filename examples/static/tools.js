// "Behind this page": what this page has loaded and stored, read from the browser itself, and buttons that insert
// a tracker without any mark, to see whether it is held back.
const tools = document.querySelector("[data-example-tools]");
const { hosts, port, site } = JSON.parse(document.querySelector("#example").textContent);
const loaded = new Map(hosts.map((host) => [host.host, 0]));

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { hostname } = new URL(entry.name, location.href);
    if (loaded.has(hostname)) loaded.set(hostname, loaded.get(hostname) + 1);
  }
}).observe({ type: "resource", buffered: true });

function row(name, value) {
  const term = document.createElement("dt");
  term.textContent = name;
  const words = document.createElement("dd");
  words.textContent = value;
  return [term, words];
}

function show() {
  const reached = hosts.filter(({ host }) => loaded.get(host) > 0);
  const rows = reached.flatMap(({ host, name }) => row(name, `${host}, ${loaded.get(host)} ×`));
  fill("[data-loaded]", rows, "No tracker has been asked for.");
  const cookies = document.cookie.split("; ").filter(Boolean);
  const stored = [
    ...cookies.map((pair) => row(pair.split("=")[0], "cookie")),
    ...Object.keys(localStorage).map((key) => row(key, "localStorage")),
    ...Object.keys(sessionStorage).map((key) => row(key, "sessionStorage")),
  ];
  fill("[data-stored]", stored.flat(), "Nothing is stored.");
}

function fill(selector, rows, otherwise) {
  const list = tools.querySelector(selector);
  const words = rows.map((cell) => cell.textContent).join("\n") || otherwise;
  if (list.dataset.shown === words) return;
  list.dataset.shown = words;
  if (rows.length > 0) list.replaceChildren(...rows);
  else list.replaceChildren(...row(otherwise, ""));
}

const insert = {
  script: (url) => append("script", url),
  iframe: (url) => append("iframe", url),
  img: (url) => append("img", url),
  fetch: (url) => fetch(url, { mode: "no-cors" }).catch((error) => said(`fetch was refused: ${error.message}`)),
  xhr: (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.onerror = () => said("XMLHttpRequest was refused");
    request.send();
  },
  beacon: (url) => navigator.sendBeacon(url, "inserted by hand"),
};

function append(name, url) {
  const element = document.createElement(name);
  element.src = url;
  element.hidden = true;
  tools.append(element);
}

function said(words) {
  tools.querySelector("[data-said]").textContent = words;
}

for (const button of tools.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const kind = button.dataset.insert;
    const host = tools.querySelector("[data-host]").value;
    said(`Inserted: ${kind}, to ${host}. If it was held back, the inbox shows nothing.`);
    insert[kind](`http://${host}:${port}/inserted/${kind}?site=${site}`);
  });
}

const place = tools.querySelector("[data-place]");
const minor = tools.querySelector("[data-minor]");

function visitAs() {
  const [country, region] = place.value.split("-");
  const told = new URLSearchParams();
  if (country) told.set("country", country);
  if (region) told.set("region", region);
  if (minor.checked) told.set("minor", "1");
  location.search = told.toString();
}
place.addEventListener("change", visitAs);
minor.addEventListener("change", visitAs);

for (const form of document.querySelectorAll("form[data-demo]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("output").textContent = "Thank you. This is an example: nothing was sent.";
  });
}

show();
setInterval(show, 500);
