// The site's own optional feature: remembers whether the visitor prefers the compact or the roomy view.
(() => {
  const toggles = () => document.querySelectorAll("[data-view-toggle]");

  function apply(view) {
    document.documentElement.dataset.view = view;
    for (const toggle of toggles()) toggle.setAttribute("aria-pressed", String(view === "compact"));
  }

  function change() {
    const view = document.documentElement.dataset.view === "compact" ? "roomy" : "compact";
    localStorage.setItem("_view", view);
    apply(view);
  }

  function start() {
    localStorage.setItem("_view", localStorage.getItem("_view") ?? "roomy");
    for (const toggle of toggles()) {
      toggle.hidden = false;
      toggle.addEventListener("click", change);
    }
    apply(localStorage.getItem("_view"));
  }

  window.exampleView = {
    stop() {
      for (const toggle of toggles()) {
        toggle.hidden = true;
        toggle.removeEventListener("click", change);
      }
      apply("roomy");
    },
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
