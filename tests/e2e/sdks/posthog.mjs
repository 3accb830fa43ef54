// PostHog as a site that uses npm has it.
import posthog from "posthog-js";
import { host, options } from "./tag.mjs";

window.posthog = posthog;
posthog.init("phc_test", { ...options, api_host: host });
