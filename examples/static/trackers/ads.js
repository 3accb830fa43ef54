// Stand-in of an advertising network: a number of its own, a count of what was seen, an advertisement in every slot.
(() => {
  const source = new URL(document.currentScript.src);
  const days = Number(source.searchParams.get("days")) || 90;
  let stopped = false;

  const found = document.cookie.split("; ").find((pair) => pair.startsWith("_xads_id="));
  const visitor = found?.slice("_xads_id=".length) || crypto.randomUUID();
  // biome-ignore lint/suspicious/noDocumentCookie: a tracker's cookie is what these examples are about
  document.cookie = `_xads_id=${visitor}; Path=/; SameSite=Lax; Max-Age=${days * 86400}`;

  function show() {
    if (stopped) return;
    for (const slot of document.querySelectorAll("[data-advertisement]")) {
      const picture = document.createElement("img");
      picture.alt = "Advertisement";
      picture.src = new URL("/creative.svg", source).href;
      slot.replaceChildren(picture);
      localStorage.setItem("_xads_seen", String(Number(localStorage.getItem("_xads_seen")) + 1));
      const what = `impression on ${location.pathname}`;
      navigator.sendBeacon(new URL("/impression", source).href, JSON.stringify({ what, visitor }));
    }
  }

  window.exampleAds = {
    stop() {
      stopped = true;
      for (const slot of document.querySelectorAll("[data-advertisement]")) slot.replaceChildren();
    },
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else show();
})();
