// Mixpanel as a site that uses npm has it.
import mixpanel from "mixpanel-browser";
import { host, options } from "./tag.mjs";

window.mixpanel = mixpanel;
mixpanel.init("mp_test", { ...options, api_host: host });
