/**
 * Discovery mode, for the site's owner: the build wraps it into `(function(site,listed){…})(0,0);`, the server puts both
 * in. It comes with a signed link only (docs/discovery.md), and sends nothing anywhere.
 */

import type { PlacetApi } from "../api";
import { partName } from "./address";
import { makeDiscovery } from "./part";
import type { Listed } from "./recognise";

declare const site: string | 0;
declare const listed: Listed | 0;

if (site && listed) {
  const known = listed;
  // The address has been changed since, maybe: the tag still says by which token we have come.
  const token = new URL((document.currentScript as HTMLScriptElement).src).searchParams.get("token")!;
  const { placet } = window as { placet?: PlacetApi };
  placet?._part(partName(token), (context) => makeDiscovery(known, token, context) as never);
}
