/** The keys that sign receipts and statements: jwks.json, and what the log itself says of them. */

import { base64urlBytes, base64urlText, Unreadable, utf8 } from "./bytes";
import { canonicalText, isObject, type Json } from "./json";
import { importEd25519 } from "./note";
import type { Findings } from "./report";
import { sha256 } from "./sha256";
import type { Statement } from "./shapes";

export const RECEIPT_TYPE = "consent-receipt+jwt";
export const STATEMENT_TYPE = "consent-statement+jwt";

export interface Signer {
  kid: string;
  key: CryptoKey;
}

/** Reads a JSON Web Key Set of public Ed25519 keys. Returns the signer by header, as it is written for that `typ`. */
export async function readKeys(jwks: Json): Promise<Map<string, Signer>> {
  const keys = isObject(jwks) ? jwks.keys : null;
  if (!Array.isArray(keys) || !keys.length) throw new Unreadable("it is not a set of public keys");
  const signers = new Map<string, Signer>();
  for (const jwk of keys) {
    const signer = await readKey(jwk);
    for (const typ of [RECEIPT_TYPE, STATEMENT_TYPE]) {
      const header = canonicalText({ alg: "Ed25519", kid: signer.kid, typ })!;
      signers.set(`${typ} ${base64urlText(utf8(header))}`, signer);
    }
  }
  return signers;
}

/** Reads one public key, whose `kid` is its RFC 7638 thumbprint and which has no other field. */
export async function readKey(jwk: unknown): Promise<Signer> {
  const x = isObject(jwk) && typeof jwk.x === "string" ? jwk.x : "";
  const kid = base64urlText(sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":${JSON.stringify(x)}}`)));
  const right = canonicalText({ alg: "Ed25519", crv: "Ed25519", kid, kty: "OKP", use: "sig", x });
  if (canonicalText(jwk as Json) !== right)
    throw new Unreadable("it holds what is not a public Ed25519 key with its thumbprint");
  const bytes = base64urlBytes(utf8(x));
  if (bytes.length !== 32) throw new Unreadable("a key is not 32 bytes long");
  return { kid, key: await importEd25519(bytes) };
}

/** Which keys sign when: from the log's first `key-added` on, a key must be added before, and not be retired. */
export class KeyHistory {
  private readonly added = new Map<string, number>();
  private readonly retired = new Map<string, number>();
  /** By public key: the verifier key, and whether it is in use. */
  private readonly logKeys = new Map<string, { vkey: string; isUsed: boolean }>();
  /** The index of the first `key-added` of use `receipt`; null: there is none, and nothing is checked. */
  begun: number | null = null;

  constructor(private readonly fail: Findings["fail"]) {}

  /** Takes a statement that `kid` signed. */
  see(index: number, kid: string, { kind, data }: Statement, file: string): void {
    const { use, jwk, vkey } = data;
    if (kind === "key-added" && use === "receipt" && this.begun === null) {
      this.begun = index;
      // The first vouches for itself, and for no other.
      if (jwk!.kid === kid) this.added.set(kid, index - 1);
    }
    this.check(index, kid, file);
    if (kind !== "key-added" && kind !== "key-retired") return;
    if (kind === "key-added" && use === "receipt" && !this.added.has(jwk!.kid)) this.added.set(jwk!.kid, index);
    if (kind === "key-retired" && use === "receipt" && !this.retired.has(data.kid!)) this.retired.set(data.kid!, index);
    if (use !== "log" || !vkey) return;
    const known = this.logKeys.get(publicKey(vkey));
    if (kind === "key-added" && !known) this.logKeys.set(publicKey(vkey), { vkey, isUsed: true });
    if (kind === "key-retired") this.logKeys.set(publicKey(vkey), { vkey, isUsed: false });
  }

  check(index: number, kid: string, file: string): void {
    if (this.begun === null || index < this.begun) return;
    const added = this.added.get(kid);
    const retired = this.retired.get(kid);
    if (added === undefined || added >= index) {
      this.fail("keys", "it is signed by a key that no statement before it added.", file, index);
    } else if (retired !== undefined && retired < index) {
      this.fail("keys", `it is signed by a key that was retired at index ${retired}.`, file, index);
    }
  }

  /** The log keys that the log states, retired ones included. */
  stated(): string[] {
    return [...this.logKeys.values()].map(({ vkey }) => vkey);
  }

  /** Whether one of `signers` (verifier keys) is a log key that the log states, if it states any. */
  statesLogKey(signers: string[]): boolean {
    return !this.logKeys.size || signers.some((vkey) => this.logKeys.get(publicKey(vkey))?.isUsed);
  }
}

/** The base64 of type and public key in a verifier key: its name changes when a log is restored. */
const publicKey = (vkey: string): string => vkey.split("+").slice(2).join("+");
