// It knows no categories: one yes or no for everything.
window.cookieconsent.initialise({
  type: "opt-in",
  palette: { popup: { background: "#fff", text: "#222" }, button: { background: "#222", text: "#fff" } },
  content: { allow: "Accept all", deny: "Reject all", link: "Privacy policy", href: "/privacy" },
});
