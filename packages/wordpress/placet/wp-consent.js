// Tells the WP Consent API what the visitor has chosen. Its categories are fewer than ours: session recording has none
// there, so plugins never hear a yes to it; what is only anonymous follows the statistics.
(() => {
  const CATEGORIES = {
    preferences: "functional",
    statistics: "analytics",
    "statistics-anonymous": "analytics",
    marketing: "marketing",
  };
  // Plugins wait for this before they ask; with "optin", what nobody has answered is a no.
  window.wp_consent_type = "optin";
  const announce = () => document.dispatchEvent(new CustomEvent("wp_consent_type_defined"));

  const tell = () => {
    if (typeof window.wp_set_consent !== "function" || !window.placet) return;
    window.wp_set_consent("functional", "allow");
    for (const [theirs, ours] of Object.entries(CATEGORIES)) {
      window.wp_set_consent(theirs, window.placet.allows(ours) ? "allow" : "deny");
    }
  };
  document.addEventListener("placet:change", tell);
  document.addEventListener("DOMContentLoaded", () => {
    announce();
    tell();
  });
})();
