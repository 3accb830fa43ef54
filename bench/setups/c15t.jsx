// Offline: nothing is asked of a server. Its categories are fixed: "experience" stands for recording here.
import "@c15t/react/styles.css";
import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from "@c15t/react";
import { createRoot } from "react-dom/client";

const consentCategories = ["necessary", "functionality", "measurement", "experience", "marketing"];

createRoot(document.getElementById("consent")).render(
  <ConsentManagerProvider options={{ mode: "offline", consentCategories, overrides: { country: "DE" } }}>
    <ConsentBanner />
    <ConsentDialog />
  </ConsentManagerProvider>,
);
