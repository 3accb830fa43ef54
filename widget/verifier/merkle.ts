/** The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1) over SHA-256, entry by entry. */

import { sha256 } from "./sha256";

export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(NODE, left, right);

/** The right edge of a tree: one hash per complete subtree, which is all that an append needs of the past. */
export class Frontier {
  private readonly hashes: Uint8Array[] = [];
  size = 0;

  append(entry: Uint8Array): void {
    let joined = sha256(LEAF, entry);
    for (let size = this.size; size % 2; size = (size - 1) / 2) joined = nodeHash(this.hashes.pop()!, joined);
    this.hashes.push(joined);
    this.size++;
  }

  root(): Uint8Array {
    return this.hashes.length ? this.hashes.reduceRight((right, left) => nodeHash(left, right)) : sha256();
  }
}
