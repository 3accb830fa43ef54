// Stand-in of a clickstream tracker: which links are clicked, and the order in which pages are opened.
(() => {
  const endpoint = new URL("/path", document.currentScript.src).href;

  function send(what) {
    navigator.sendBeacon(endpoint, JSON.stringify({ what }));
  }

  const path = [...JSON.parse(sessionStorage.getItem("_xclk_path") ?? "[]"), location.pathname].slice(-10);
  sessionStorage.setItem("_xclk_path", JSON.stringify(path));
  send(`path so far: ${path.join(" → ")}`);

  function clicked(event) {
    const link = event.target instanceof Element && event.target.closest("a");
    if (link) send(`click on “${link.textContent.trim().slice(0, 40)}”`);
  }
  document.addEventListener("click", clicked);

  window.exampleClicks = { stop: () => document.removeEventListener("click", clicked) };
})();
