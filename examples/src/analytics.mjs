// The analytics provider's script: Plausible's tracker from npm, reporting to the stand-in it was loaded from.
// It also keeps a number for the visitor and the time the visit began, as the example configs say, so that there
// is something to delete when consent is withdrawn.
import { init } from "@plausible-analytics/tracker";
import { isStopped, stop, visitorNumber } from "./running.mjs";

const source = new URL(document.currentScript.src);
const days = Number(source.searchParams.get("days")) || 180;

localStorage.setItem("_xa_session", localStorage.getItem("_xa_session") ?? new Date().toISOString());
// Plausible knows no stop, so build.mjs gives the bundle `fetchUntilStopped` in place of `fetch`.
window.exampleAnalytics = { stop };

init({
  domain: location.hostname,
  endpoint: new URL("/api/event", source).href,
  outboundLinks: true,
  captureOnLocalhost: true,
  logging: false,
  bindToWindow: false,
  transformRequest: (event) =>
    isStopped() ? null : { ...event, p: { ...event.p, visitor: visitorNumber("_xa_id", days) } },
});
