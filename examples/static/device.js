// The site's own optional feature: recognises the device, greets it and leads back to the page that was open last.
(() => {
  const days = Number(document.currentScript.dataset.days) || 180;
  const boxes = () => document.querySelectorAll("[data-returning-device]");

  function start() {
    const known = document.cookie.split("; ").some((pair) => pair.startsWith("wf_device="));
    // biome-ignore lint/suspicious/noDocumentCookie: it is set only after the visitor allowed it
    if (!known) document.cookie = `wf_device=${crypto.randomUUID()}; Path=/; SameSite=Lax; Max-Age=${days * 86400}`;
    const before = JSON.parse(localStorage.getItem("wf_visits") ?? '{"count":0,"last":"/"}');
    const elsewhere = location.pathname === "/" ? before.last : location.pathname;
    localStorage.setItem("wf_visits", JSON.stringify({ count: before.count + 1, last: elsewhere }));
    for (const box of boxes()) {
      const words = document.createElement("p");
      words.textContent = before.count
        ? `This device has opened ${before.count + 1} pages here. `
        : "From now on this device is recognised here. ";
      if (before.last !== "/") {
        const link = document.createElement("a");
        link.href = before.last;
        link.textContent = "Go back to where you were";
        words.append(link);
      }
      box.replaceChildren(words);
    }
  }

  window.exampleDevice = {
    stop() {
      for (const box of boxes()) box.replaceChildren();
    },
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
