/** Random identifiers, made in the browser. */

const random = (bytes: number) => [...crypto.getRandomValues(new Uint8Array(bytes))];
const randomHex = (bytes: number) =>
  random(bytes)
    .map((byte) => (byte + 256).toString(16).slice(1))
    .join("");

/** Makes a UUIDv7 (RFC 9562 §5.7): 48 bits of Unix time in milliseconds, version, variant, 74 random bits. */
export function uuidv7(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, "0");
  const variant = "89ab"[random(1)[0] & 3];
  return (time + randomHex(10)).replace(/(.{8})(.{4}).(...).(...)/, `$1-$2-7$3-${variant}$4-`);
}

/** Makes a secret: 128 random bits as 22 characters base64url. */
export const newSecret = (): string =>
  btoa(String.fromCharCode(...random(16)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .slice(0, 22);
