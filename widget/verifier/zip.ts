/** A bundle's files: of a zip (APPNOTE 6.3, read by its central directory, nothing unpacked) or of an unpacked folder. */

import { Unreadable } from "./bytes";

export interface Source {
  /** The files' names, each once. */
  names: string[];
  /** The content of one of `names` from its beginning. */
  chunks(name: string): AsyncGenerator<Uint8Array>;
  /** Bytes of all files together, as far as the source says. */
  size: number;
}

interface Entry {
  at: number;
  packed: number;
  size: number;
  method: number;
  isEncrypted: boolean;
}

const MAX_NAMES = 100_000;
const MAX_GROWTH = 100;
const ALWAYS_ALLOWED = 64 * 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;
const NOT_A_ZIP = "it is not a whole zip file";

const viewOf = async (blob: Blob, from: number, to: number): Promise<DataView> => {
  if (from < 0 || to > blob.size) throw new Unreadable(NOT_A_ZIP);
  return new DataView(await blob.slice(from, to).arrayBuffer());
};

/** A number of 8 bytes. What JavaScript cannot count is beyond every file. */
const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** Opens a zip. Throws `Unreadable` for a broken one, for two files of one name, and for a zip bomb. */
export async function openZip(blob: Blob): Promise<Source> {
  const entries = await readDirectory(blob);
  const size = [...entries.values()].reduce((sum, entry) => sum + entry.size, 0);
  if (size > Math.max(ALWAYS_ALLOWED, blob.size * MAX_GROWTH)) {
    throw new Unreadable("the zip unpacks to far more than a bundle can: it is not read");
  }
  return {
    size,
    names: [...entries.keys()],
    chunks: (name) => unpack(blob, entries.get(name)!),
  };
}

/** Takes files as they were chosen or dropped: of a folder, whose own name is left away. */
export function openFiles(files: { name: string; file: Blob }[]): Source {
  const byName = new Map(files.map(({ name, file }) => [name, file]));
  if (byName.size !== files.length) throw new Unreadable("there are two files of one name");
  return {
    size: files.reduce((sum, { file }) => sum + file.size, 0),
    names: [...byName.keys()],
    chunks: (name) => pour(byName.get(name)!.stream()),
  };
}

async function readDirectory(blob: Blob): Promise<Map<string, Entry>> {
  // The end record has a comment of up to 65,535 bytes behind it.
  const from = Math.max(0, blob.size - 65_557);
  const tail = await viewOf(blob, from, blob.size);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Unreadable(NOT_A_ZIP);
  let count = tail.getUint16(end + 10, true);
  let size = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  if (end >= 20 && tail.getUint32(end - 20, true) === 0x07064b50) {
    const at = long(tail, end - 12);
    const wide = await viewOf(blob, at, at + 56);
    if (wide.getUint32(0, true) !== 0x06064b50) throw new Unreadable(NOT_A_ZIP);
    count = long(wide, 32);
    size = long(wide, 40);
    start = long(wide, 48);
  }
  if (count > MAX_NAMES) throw new Unreadable("the zip holds too many files");
  const view = await viewOf(blob, start, start + size);
  const entries = new Map<string, Entry>();
  try {
    for (let at = 0, read = 0; read < count; read++) at = readEntry(view, at, entries);
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(NOT_A_ZIP); // it reads beyond the directory's end
  }
  return entries;
}

/** Reads one entry of the central directory; returns where the next begins. */
function readEntry(view: DataView, at: number, entries: Map<string, Entry>): number {
  if (view.getUint32(at, true) !== 0x02014b50) throw new Unreadable(NOT_A_ZIP);
  const flags = view.getUint16(at + 8, true);
  const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
    number,
    number,
    number,
  ];
  const bytes = new Uint8Array(view.buffer, at + 46, nameSize);
  // Names that are not said to be UTF-8 are of an old code page; a bundle's are ASCII, which is the same in all.
  const name = new TextDecoder(flags & 0x800 ? "utf-8" : "latin1").decode(bytes);
  const entry: Entry = {
    method: view.getUint16(at + 10, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
    isEncrypted: !!(flags & 1),
  };
  const extra = at + 46 + nameSize;
  for (let field = extra; field + 4 <= extra + extraSize; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    // Zip64: the sizes that did not fit, in this order.
    let wide = field + 4;
    for (const key of ["size", "packed", "at"] as const) {
      if (entry[key] !== 0xffff_ffff) continue;
      entry[key] = long(view, wide);
      wide += 8;
    }
  }
  if (entries.has(name)) throw new Unreadable("the zip holds two files of one name");
  entries.set(name, entry);
  return extra + extraSize + commentSize;
}

async function* unpack(blob: Blob, entry: Entry): AsyncGenerator<Uint8Array> {
  const header = await viewOf(blob, entry.at, entry.at + 30);
  if (header.getUint32(0, true) !== 0x04034b50 || entry.isEncrypted) throw new Unreadable("the zip is damaged here");
  const from = entry.at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = blob.slice(from, from + entry.packed);
  let stream: ReadableStream<Uint8Array> = packed.stream();
  if (entry.method === DEFLATED) stream = stream.pipeThrough(new DecompressionStream("deflate-raw") as never);
  else if (entry.method !== STORED) throw new Unreadable("the zip packs a file in a way that this page does not know");
  let size = 0;
  for await (const chunk of pour(stream)) {
    size += chunk.length;
    if (size > entry.size) break;
    yield chunk;
  }
  if (size !== entry.size) throw new Unreadable("the zip is damaged here");
}

async function* pour(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch {
    throw new Unreadable("the zip is damaged here, or the file cannot be read");
  } finally {
    // Whoever stops early leaves the rest unread.
    reader.cancel().catch(() => {});
  }
}
