/** The part for what comes after a choice: the build wraps it into `(function(site){…})(0);`, the server puts the site in. */

import type { PlacetApi } from "../api";
import { makeAfter } from "./part";

declare const site: string | 0;

if (site) (window as { placet?: PlacetApi }).placet?._part("after", makeAfter);
