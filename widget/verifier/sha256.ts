/**
 * SHA-256 (FIPS 180-4) in steps: WebCrypto's digest wants a file whole, and takes longer to call than a tree's node to hash.
 * The page holds it against WebCrypto's before it verifies anything.
 */

const K = new Int32Array(64);
const START = new Int32Array(8);
// The first 32 bits of the fractional parts of the cube and square roots of the first primes.
for (let number = 2, count = 0; count < 64; number++) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) isPrime = false;
  if (!isPrime) continue;
  if (count < 8) START[count] = fraction(number ** (1 / 2));
  K[count++] = fraction(number ** (1 / 3));
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) | 0;
}

/** What a block becomes on the way; blocks are never under way two at once. */
const WORDS = new Int32Array(64);

export class Sha256 {
  private readonly state = Int32Array.from(START);
  private readonly block = new Uint8Array(64);
  private readonly view = new DataView(this.block.buffer);
  private filled = 0;
  private bytes = 0;

  /** Begins anew. */
  reset(): this {
    this.state.set(START);
    this.filled = 0;
    this.bytes = 0;
    return this;
  }

  update(data: Uint8Array): this {
    this.bytes += data.length;
    let at = 0;
    if (this.filled) {
      at = Math.min(64 - this.filled, data.length);
      this.block.set(data.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < 64) return this;
      this.compress(this.view, 0);
      this.filled = 0;
    }
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    for (; at + 64 <= data.length; at += 64) this.compress(view, at);
    this.block.set(data.subarray(at));
    this.filled = data.length - at;
    return this;
  }

  digest(): Uint8Array {
    const { bytes } = this;
    this.block[this.filled++] = 0x80;
    if (this.filled > 56) {
      this.block.fill(0, this.filled);
      this.compress(this.view, 0);
      this.filled = 0;
    }
    this.block.fill(0, this.filled);
    this.view.setUint32(56, Math.floor(bytes / 0x2000_0000));
    this.view.setUint32(60, bytes << 3);
    this.compress(this.view, 0);
    const result = new Uint8Array(32);
    const view = new DataView(result.buffer);
    for (let index = 0; index < 8; index++) view.setInt32(index * 4, this.state[index]!);
    return result;
  }

  private compress(view: DataView, at: number): void {
    const { state } = this;
    const w = WORDS;
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + t * 4);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15]!;
      const y = w[t - 2]!;
      const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16]! + small + w[t - 7]! + large) | 0;
    }
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    let e = state[4]!;
    let f = state[5]!;
    let g = state[6]!;
    let h = state[7]!;
    for (let t = 0; t < 64; t++) {
      const large = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + large + ((e & f) ^ (~e & g)) + K[t]! + w[t]!) | 0;
      const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}

const one = new Sha256();

/** The digest of `parts`, one after the other. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  one.reset();
  for (const part of parts) one.update(part);
  return one.digest();
}
