/** The heads of a log: the bundle's own, earlier ones, those that somebody kept, those of before it was restored. */

import { Bad, json, text } from "./basics.mjs";
import { cosigned, openCheckpoint, parseVkey, parseVkeys, roots, under } from "./notes.mjs";
import { KEPT, problemOf } from "./shapes.mjs";

const FILE = "checkpoints.jsonl";
/** The origin of a log before it was ever restored. */
const family = (origin) => /^(.+\/log\/[^/.]+)(\.[1-9][0-9]*)?$/.exec(origin)?.[1] ?? null;
const number = (origin) => Number(/\/log\/[^/.]+\.([0-9]+)$/.exec(origin)?.[1] ?? 1);
/** Whether a log bore the first origin until it bore the other: a second restore may have lost what stated the first. */
const isUntil = (origin, other) => family(origin) === family(other) && number(origin) <= number(other);
export const isOfSite = (origin, site) => family(origin)?.endsWith(`/log/${site}`) ?? false;

/** Opens the bundle's own head: `{head, note, own, keys}`, the keys being those to trust for what somebody kept. */
export async function openHead(bundle) {
  const note = await bundle.attempt("checkpoint", "checkpoint", () => text(bundle.file("checkpoint")));
  const own = (await bundle.attempt("checkpoint", "vkey", () => parseVkeys(text(bundle.file("vkey"))))) ?? [];
  const head = await bundle.attempt("checkpoint", "checkpoint", () => openCheckpoint(note ?? "", own));
  let keys = own;
  if (bundle.trusted !== null) {
    keys = (await bundle.attempt("key", null, () => parseVkeys(bundle.trusted))) ?? [];
    const origin = (note ?? "").split("\n", 1)[0];
    const named = keys.map((key) => (family(key.name) === family(origin) ? under(key, origin) : key));
    await bundle.attempt("key", "checkpoint", () => openCheckpoint(note ?? "", named));
  }
  return { head, note, own, keys };
}

/** Holds all heads against the log. `restorations` are statements; `stated` verifier keys that the log names. */
export async function compareHeads(bundle, { head, note, own, keys }, restorations, stated) {
  const origin = head?.origin;
  const open = (text, by) => {
    const theirs = text.split("\n", 1)[0];
    const isOurs = origin === undefined || family(theirs) === family(origin);
    return openCheckpoint(text, isOurs ? by.map((key) => under(key, theirs)) : by);
  };
  const known = [...own, ...(await Promise.all(stated.map(parseVkey)))];
  const kept = [];
  for (const note of bundle.against) {
    const opened = await bundle.attempt("older", null, () => open(note, keys));
    if (opened) kept.push({ ...opened, note, file: null });
  }
  let last = -1;
  for (const line of bundle.lines(FILE)) {
    const value = await bundle.attempt("files", FILE, () => {
      const { value } = json(line);
      const problem = problemOf(value, KEPT);
      if (problem) throw new Bad(`its field ${problem} is wrong`);
      return value;
    });
    const opened = value && (await bundle.attempt("older", FILE, () => open(value.note, known)));
    if (!opened) continue;
    if (opened.size !== value.size || value.size <= last) bundle.fail("files", "its size or order is wrong", FILE);
    last = value.size;
    kept.push({ ...opened, note: value.note, file: FILE });
  }
  const before = new Map();
  for (const { index, size, checkpoint } of restorations) {
    const lost = await bundle.attempt("log", null, () => open(checkpoint, known), index);
    if (!lost) continue;
    if (origin !== undefined && family(lost.origin) !== family(origin))
      bundle.fail("log", "of another log", null, index);
    else if (size === index) before.set(lost.origin, { size, lost, index });
  }
  const heads = [...kept, ...[...before.values()].map(({ lost }) => lost)];
  const found = roots(bundle.entries, new Set([...heads.map(({ size }) => size), ...(head ? [head.size] : [])]));
  const holds = ({ size, root }) => found.get(size)?.equals(root) ?? false;
  if (bundle.entries.length % 32) bundle.fail("root", "it ends within an entry", "entries.bin");
  if (head && (head.size !== bundle.size || !holds(head))) bundle.fail("root", "another size or root", "entries.bin");
  for (const { lost, size, index } of before.values()) {
    if (lost.size <= size && !holds(lost))
      bundle.fail("log", "the head of before is not that of its entries", null, index);
  }
  if (head && ![null, origin].includes(family(origin)) && restorations.length === 0) {
    bundle.fail("log", "it does not state that it was restored");
  }
  const agreeing = kept.filter((one) => {
    const isOurs = origin === undefined || one.origin === origin;
    const restored = [...before].find(([other]) => isUntil(one.origin, other))?.[1].size;
    const end = restored ?? (isOurs ? bundle.size : -1);
    if (one.size <= end && holds(one)) return true;
    bundle.fail("older", `the log does not go on from its head of ${one.size} entries`, one.file);
    return false;
  });
  const ours = head && holds(head) ? [{ note }] : [];
  await checkWitnesses(bundle, [...ours, ...agreeing.filter(({ file }) => file)]);
}

async function checkWitnesses(bundle, heads) {
  for (const line of bundle.witness) {
    await bundle.attempt("witness", null, async () => {
      const key = await parseVkey(line);
      const times = [];
      for (const { note } of heads) times.push(await cosigned(note, key));
      if (key.type !== 4 || times.every((time) => time === null)) throw new Bad("no cosignature of that witness");
    });
  }
}
