/** The preferences part: the build wraps it into `(function(site,notice){…})(0,0);`, the server puts both in. */

import type { PlacetApi } from "../api";
import type { NoticeDocument } from "../types";
import { makePart } from "./part";

declare const site: string | 0;
declare const notice: NoticeDocument | 0;

if (site && notice) {
  const document_ = notice;
  const { placet } = window as { placet?: PlacetApi };
  placet?._part("preferences", (context) => makePart(document_, context));
}
