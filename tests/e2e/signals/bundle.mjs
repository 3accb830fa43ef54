// A site's own script with its SDKs in it, each opted out until it is told otherwise, as its vendor documents.
import * as amplitude from "@amplitude/analytics-browser";
import { datadogRum } from "@datadog/browser-rum";
import mixpanel from "mixpanel-browser";
import posthog from "posthog-js";
import "./clarity.mjs";
import "clarity-js/build/clarity.min.js";

const { hosts } = document.currentScript.dataset;
const host = (name) => hosts.replace("*", name);

window.posthog = posthog;
posthog.init("phc_test", {
  api_host: host("posthog"),
  opt_out_capturing_by_default: true,
  opt_out_persistence_by_default: true,
  advanced_disable_flags: true,
  disable_external_dependency_loading: true,
  opt_out_useragent_filter: true, // else PostHog takes Chromium without a window for a bot
});

window.mixpanel = mixpanel;
mixpanel.init("mp_test", {
  api_host: host("mixpanel"),
  api_payload_format: "json",
  opt_out_tracking_by_default: true,
  opt_out_persistence_by_default: true,
  track_pageview: true,
});

window.amplitude = amplitude;
amplitude.init("amp_test", {
  serverUrl: `${host("amplitude")}/2/httpapi`,
  optOut: true,
  fetchRemoteConfig: false,
  enableDiagnostics: false,
});

window.DD_RUM = datadogRum;
datadogRum.init({
  applicationId: "test",
  clientToken: "pub_test",
  proxy: ({ path }) => `${host("datadog")}${path}`,
  trackingConsent: "not-granted",
  sessionSampleRate: 100,
  sessionReplaySampleRate: 0,
  telemetrySampleRate: 0,
});
