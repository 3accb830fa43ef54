/** Does the work, in a worker where the browser allows one: opens, verifies, finds receipts, fetches what draws a banner. */

import { base64urlBytes, hexOf, textOf, Unreadable, utf8 } from "./bytes";
import type { Outside } from "./head";
import { type Fields, isObject, parseJson } from "./json";
import { parseLine } from "./lines";
import type { Report } from "./report";
import { sha256 } from "./sha256";
import type { Receipt } from "./shapes";
import { canVerify, unreadable, type Verified, verify } from "./verify";
import { openFiles, openZip, type Source } from "./zip";

export interface FoundReceipt {
  index: number;
  /** Null: it cannot be read. */
  payload: Fields | null;
}

/** What draws a banner again, each with the hash that a statement of the log gives. */
export interface Pieces {
  receipt: Receipt;
  widget: string;
  loader: Fields;
  part: string | null;
  notice: Fields | null;
}

export type Task =
  | { do: "verify"; files: { name: string; file: Blob }[]; outside: Outside }
  | { do: "find"; from: number; id: string | null }
  | { do: "draw"; index: number; payload: Fields }
  | { do: "cancel" };

export type Answer =
  | { is: "unable" | "cancelled" }
  | { is: "progress"; part: number }
  | { is: "report"; report: Report; seconds: number }
  | { is: "found"; receipts: FoundReceipt[]; more: boolean }
  | { is: "pieces"; index: number; pieces: Pieces }
  | { is: "undrawable"; index: number; why: string }
  | { is: "broken"; message: string };

class Cancelled extends Error {
  override name = "AbortError";
}

const PAGE = 25;
const TURN_MS = 40;
const MAX_PIECE_BYTES = 4 * 1024 * 1024;

export function createEngine(answer: (answer: Answer) => void): (task: Task) => void {
  let source: Source | null = null;
  let verified: Verified | null = null;
  let isCancelled = false;
  let turn = 0;

  /** Lets the page breathe and the user cancel. */
  const breathe = async () => {
    if (performance.now() - turn > TURN_MS) {
      await new Promise((go) => setTimeout(go));
      turn = performance.now();
    }
    if (isCancelled) throw new Cancelled();
  };

  const run = async (files: { name: string; file: Blob }[], outside: Outside) => {
    if (!(await canVerify())) return answer({ is: "unable" });
    const began = performance.now();
    verified = null;
    try {
      source = files.length === 1 ? await openZip(files[0]!.file) : openFiles(files);
      let done = 0;
      const { size } = source;
      let told = 0;
      verified = await verify(source, outside, async (bytes) => {
        done += bytes;
        if (performance.now() - told > 100) {
          told = performance.now();
          answer({ is: "progress", part: Math.min(1, done / (size || 1)) });
        }
        await breathe();
      });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      source = null;
      verified = unreadable(error.message);
    }
    answer({ is: "report", report: verified.report, seconds: (performance.now() - began) / 1000 });
  };

  /** Looks through the receipts from the beginning: a packed file has no other place to begin. */
  const find = async (from: number, id: string | null) => {
    const receipts: FoundReceipt[] = [];
    let more = false;
    try {
      for await (const line of source ? linesOf(source, "receipts.jsonl") : []) {
        const stands = parseLine(line);
        if (!stands || stands.index < from) continue;
        const payload = payloadOf(stands.jws);
        if (id !== null && payload?.id !== id) continue;
        more = receipts.length === PAGE;
        if (more) break;
        receipts.push({ index: stands.index, payload });
        if (id !== null) break;
        await breathe();
      }
    } catch (error) {
      // The report has said what cannot be read.
      if (!(error instanceof Unreadable)) throw error;
    }
    answer({ is: "found", receipts, more });
  };

  /** The text of a file whose content has the hash that a statement of the log gives. */
  const piece = async (name: string, hash: string): Promise<string> => {
    const parts: Uint8Array[] = [];
    let size = 0;
    if (!source?.names.includes(name)) throw new Unreadable(`${name} is not in the bundle`);
    for await (const chunk of source.chunks(name)) {
      size += chunk.length;
      if (size > MAX_PIECE_BYTES) throw new Unreadable(`${name} is too large`);
      parts.push(chunk);
    }
    const data = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
    if (hexOf(sha256(data)) !== hash) throw new Unreadable(`${name} does not have the hash that the log states`);
    return textOf(data);
  };
  const json = (text: string): Fields => {
    const value = parseJson(utf8(text));
    if (!isObject(value)) throw new Unreadable("it is not what a server makes");
    return value;
  };

  const fetchPieces = async (receipt: Receipt): Promise<Pieces> => {
    const { citations } = verified?.record ?? {};
    if (!citations) throw new Unreadable("the bundle was not verified");
    if (receipt.layer !== 1 && receipt.layer !== 2) throw new Unreadable("nothing was shown");
    if (!receipt.widget) throw new Unreadable("it was shown by a client without our widget");
    const slice = citations.sliceOf(receipt);
    if (!slice) throw new Unreadable("the log does not state what the loader carried then");
    const build = citations.builds.get(receipt.widget.sha256);
    if (!build) throw new Unreadable("the log does not state the widget that it cites");
    const widget = await piece(`widgets/${build.sha256}.js`, build.sha256);
    const loader = json(await piece(`loaders/${slice.loader}.json`, slice.loader));
    const { preferences } = build.parts;
    const isPartNeeded = receipt.layer === 2 || !/^(bar|corner)$/.test(String(receipt.layout ?? loader.layout));
    const part = isPartNeeded && preferences ? await piece(`parts/${preferences}.js`, preferences) : null;
    const notice = part === null ? null : json(await piece(`notices/${slice.notice}.json`, slice.notice));
    return { receipt, widget, loader, part, notice };
  };

  const draw = async (index: number, receipt: Receipt) => {
    try {
      answer({ is: "pieces", index, pieces: await fetchPieces(receipt) });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      answer({ is: "undrawable", index, why: error.message });
    }
  };

  return (task) => {
    if (task.do === "cancel") {
      isCancelled = true;
      return;
    }
    isCancelled = false;
    turn = performance.now();
    const work =
      task.do === "verify"
        ? run(task.files, task.outside)
        : task.do === "find"
          ? find(task.from, task.id)
          : draw(task.index, task.payload as unknown as Receipt);
    work.catch((error: Error) => {
      answer(error.name === "AbortError" ? { is: "cancelled" } : { is: "broken", message: `${error.message}` });
    });
  };
}

async function* linesOf(source: Source, name: string): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array();
  if (!source.names.includes(name)) return;
  for await (const chunk of source.chunks(name)) {
    const data = rest.length ? new Uint8Array([...rest, ...chunk]) : chunk;
    let from = 0;
    for (let at = data.indexOf(10); at >= 0; from = at + 1, at = data.indexOf(10, from)) yield data.subarray(from, at);
    rest = data.slice(from) as Uint8Array<ArrayBuffer>;
  }
}

function payloadOf(jws: string): Fields | null {
  try {
    const value = parseJson(base64urlBytes(utf8(jws.split(".")[1] ?? "")));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
