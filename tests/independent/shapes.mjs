/** What a receipt, a statement and the manifest must look like (docs/receipts.md), and the one form of JSON (RFC 8785). */

const isWhole = (value) =>
  typeof value === "string"
    ? value.isWellFormed()
    : typeof value !== "object" ||
      value === null ||
      (Array.isArray(value) ? value : Object.entries(value).flat()).every(isWhole);

/** RFC 8785: keys by UTF-16 code units, ECMAScript's numbers and strings. Undefined for what has no such form. */
export function canonical(value) {
  if (!isWhole(value)) return undefined;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

/** Names the first field of `value` that is missing, too many or wrong. `optional` may be absent. */
export function problemOf(value, fields, optional = {}) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "itself";
  for (const name of Object.keys(fields)) if (!Object.hasOwn(value, name)) return name;
  for (const [name, content] of Object.entries(value)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : Object.hasOwn(optional, name) ? optional[name] : null;
    if (!check?.(content)) return name;
  }
  return null;
}

const is = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const oneOf =
  (...values) =>
  (value) =>
    values.includes(value);
const orNull = (check) => (value) => value === null || check(value);
const object = (fields, optional) => (value) => problemOf(value, fields, optional) === null;
const text = (value) => typeof value === "string" && value !== "";
const bool = (value) => typeof value === "boolean";
const count = (value) => Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
const plain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const yesNo = (value) => plain(value) && Object.values(value).every(bool);
const sha256 = is(/^[0-9a-f]{64}$/);
const bits = is(/^[A-Za-z0-9_-]{22}$/);
const uuid7 = is(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
/** RFC 3339 with milliseconds, of a day that there is. */
const time = (value) => {
  if (!is(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)(value) || value.startsWith("0000")) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value;
};
const one = oneOf(1);

const FIELDS = {
  v: one,
  id: uuid7,
  site: text,
  nonce: bits,
  subject: bits,
  previous: orNull(uuid7),
  event: oneOf("given", "refused", "changed", "withdrawn", "renewed"),
  method: text,
  trusted: bool,
  choices: (value) => yesNo(value) && value.necessary !== false,
  trackers: yesNo,
  config: object({ version: count, sha256 }),
  notice: object({ lang: text, sha256 }),
  widget: orNull(object({ version: text, sha256 })),
  regime: text,
  jurisdiction: object({ country: orNull(text), region: orNull(text), source: text }),
  gpc: object({ browser: orNull(bool), header: bool, effect: oneOf("no", "honour", "legal_optout") }),
  layer: orNull(count),
  layout: orNull(text),
  viewport: orNull(text),
  scheme: orNull(text),
  equality: orNull(bool),
  shown_at: time,
  decided_at: time,
  received_at: time,
  expires_at: time,
  clock: oneOf("plausible", "implausible"),
  attested: bool,
};
export const RECEIPT = FIELDS;
/** Names what is wrong in a receipt. */
export const receiptProblem = (value) => problemOf(value, RECEIPT, RECEIPT_MAY) ?? contradiction(value);
const RECEIPT_MAY = {
  taken_over: object({ from: text, decided_at: orNull(time), value: orNull((value) => typeof value === "string") }),
};
/** What another tool had kept was no click here. */
const contradiction = ({ taken_over, method, trusted, expires_at, received_at }) => {
  if (taken_over !== undefined && (method !== "takeover" || trusted)) return "taken_over";
  return expires_at > received_at ? null : "expires_at";
};
export const STATEMENT = { v: one, id: uuid7, site: text, kind: is(/^[a-z]+(-[a-z]+)*$/), at: time, data: plain };
const facts = object({ sha256, bytes: count });
const selection = object({ from: orNull(time), to: orNull(time), first: count, last: Number.isSafeInteger });
export const MANIFEST = {
  v: one,
  site: text,
  origin: text,
  size: count,
  root: text,
  receipts: count,
  statements: count,
  removed: count,
  made_at: time,
  files: (value) => plain(value) && Object.values(value).every(facts),
};
const list = (check) => (value) => Array.isArray(value) && value.every(check);
export const KEPT = {
  size: count,
  note: text,
  made_at: time,
  handed: list(object({ kind: text, to: text, at: time })),
  timestamps: list(text),
};
export const MANIFEST_MAY = { selection: orNull(selection), left_out: count };

const JWK = { kty: oneOf("OKP"), crv: oneOf("Ed25519"), alg: oneOf("Ed25519"), use: oneOf("sig"), x: text, kid: text };
const ranges = (value) => {
  let end = -1;
  const ascends = (range) => {
    if (!Array.isArray(range) || range.length !== 2 || !range.every(count) || range[0] <= end) return false;
    end = range[1];
    return range[0] <= range[1];
  };
  return Array.isArray(value) && value.length > 0 && value.every(ascends);
};
const removal = (data) =>
  problemOf(data, { ranges, count, reason: text, by: oneOf("subject", "operator") }, { rule: text }) === null &&
  data.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0) === data.count;

const hashes = (value) => plain(value) && Object.values(value).every(sha256);
const SLICE = { regime: text, lang: text, notice: sha256, loader: sha256 };
const DATA = {
  "config-published": ({ version, sha256: hash, slices }) =>
    count(version) && sha256(hash) && (slices === undefined || list(object(SLICE))(slices)),
  "receipts-removed": removal,
  "key-added": (data) =>
    object({ use: oneOf("receipt"), jwk: object(JWK) })(data) || object({ use: oneOf("log"), vkey: text })(data),
  "key-retired": (data) =>
    object({ use: oneOf("receipt"), kid: text, reason: text })(data) ||
    object({ use: oneOf("log"), vkey: text, reason: text })(data),
  "widget-released": object({ builds: list(object({ version: text, sha256, parts: hashes })) }),
  "banner-pictured": ({ version, pictures }) =>
    count(version) && list((one) => plain(one) && sha256(one.sha256))(pictures),
  "site-checked": ({ url, pages, report }) => text(url) && count(pages) && sha256(report),
  "log-restored": object({ size: count, checkpoint: text, reason: text }),
};

/** Names the field of a statement whose content is wrong for its kind. */
export const statementProblem = ({ kind, data }) => (Object.hasOwn(DATA, kind) && !DATA[kind](data) ? "data" : null);
