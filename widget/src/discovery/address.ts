/** How discovery mode stands in an address, and how its script is asked for. */

import type { PartName } from "../parts";

/** The token of a page's address, if it has one. */
export const tokenIn = (hash: string): string | undefined => /^#placet-discovery=([\w.-]+)$/.exec(hash)?.[1];

export const hashFor = (token: string): string => `#placet-discovery=${token}`;

/**
 * What the loader brings a part by, which is not one: its way has the nonce, `crossorigin` and Trusted Types of the tag.
 * The loader makes `/s/<site>/<notice>.<name>-<hash>.js` of a name; of this, `/s/<site>/discovery.js?token=…`.
 */
export const partName = (token: string): PartName => `/../discovery.js?token=${token}#` as PartName;
