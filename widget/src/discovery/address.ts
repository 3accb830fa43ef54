/** How discovery mode stands in an address, and how its script is asked for. */

import type { PartName } from "../parts";

/** The token of a page's address, if it has one. */
export const tokenIn = (hash: string): string | undefined => /^#placet-discovery=([\w.-]+)$/.exec(hash)?.[1];

/** Longer addresses are not for every browser. */
export const MAX_SENT = 60_000;

/** The desk's address with a draft behind its `#`, which no server is told; `undefined` when it is too long. */
export function deskAddress(desk: string, draft: string): string | undefined {
  const address = `${desk}#found=${encodeURIComponent(draft)}`;
  return address.length > MAX_SENT ? undefined : address;
}

export const hashFor = (token: string): string => `#placet-discovery=${token}`;

/**
 * What the loader brings a part by, which is not one: its way has the nonce, `crossorigin` and Trusted Types of the tag.
 * The loader makes `/s/<site>/<notice>.<name>-<hash>.js` of a name; of this, `/s/<site>/discovery.js?token=…`.
 */
export const partName = (token: string): PartName => `/../discovery.js?token=${token}#` as PartName;
