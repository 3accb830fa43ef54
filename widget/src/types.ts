/** The documents that the server hands over: a mirror of `WidgetConfig` and `NoticeDocument` in app/core/documents.py. */

/** `none`: always allowed; `optin`: held until a yes; `optout`: allowed until a no. */
export type Model = "none" | "optin" | "optout" | "stopped";
export type GpcEffect = "no" | "honour" | "legal_optout";
export type TrackerKind = "browser" | "loader" | "server" | "declared";
export type StorageKind = "cookie" | "local" | "session" | "indexeddb";

/**
 * What deciding about one tracker needs. `kind` is `browser` and `model` is `optin` where they are not there; `since`: the
 * version in which its present meaning first stood.
 */
export interface TrackerRule {
  id: string;
  category: string;
  kind?: TrackerKind;
  model?: Model;
  sale_share?: boolean;
  since: number;
  via?: string;
}

/** What deciding needs. `ask_since`: choices to older versions are asked again. */
export interface Rules {
  ask_since: number;
  trackers: TrackerRule[];
}

/**
 * A rule and what the gate holds back, deletes and stops. `match`: a host (exact, or `*.example.com` for its
 * subdomains), maybe with a path prefix; `storage`: kind, name (may end in `*`), for cookies maybe a domain, with spaces
 * between; `stop`: docs/config.md.
 */
export interface GateTracker extends TrackerRule {
  match: string[];
  storage: string[];
  stop: string[];
  signals?: Signals;
}

/**
 * A US section of the Global Privacy Platform: its API prefix, id and version, the fields of its core segment (`*3`: a list
 * of three), and whether it has a segment for Global Privacy Control.
 */
export interface GppSection {
  name: string;
  id: number;
  version: number;
  fields: string;
  gpc: boolean;
}

/**
 * What a vendor is told, as steps (docs/config.md): before anything else, with every decision, and when the tracker may
 * run.
 */
export interface Signals {
  default?: string[];
  decision?: string[];
  granted?: string[];
}

/** What the loader carries of a tracker: without what is the default. */
export type CompactTracker = Pick<GateTracker, "id" | "category"> & Partial<GateTracker>;

/** What the loader carries. */
export type LoaderConfig = Omit<WidgetConfig, "trackers"> & { trackers: CompactTracker[] };

/** The same with complete trackers. `api` is an absolute address; `lifetimes` are days. */
export interface WidgetConfig extends Rules {
  site: string;
  api: string;
  version: number;
  sha256: string;
  notice: { lang: string; sha256: string };
  /** The build that was served; null where a site has bundled the widget itself. */
  widget: { version: string; sha256: string } | null;
  regime: string;
  /** `no` where it is not there. */
  gpc?: GpcEffect;
  shown: string;
  lang: string;
  dir: "ltr" | "rtl";
  layout: string;
  /** The site's own look: a sheet as `ui/style.ts` expands it, made by the server (`app/core/look.py`). */
  look?: string;
  /** What tells the visitor's choice where a US state's law applies and a vendor asks for it. */
  gpp?: GppSection | null;
  /** When a published version that waits takes effect: RFC 3339. */
  next?: string | null;
  lifetimes: { granted: number; refused: number };
  cookie_domain?: string | null;
  /** What the page needs besides trackers, as CSP sources. */
  csp_sources?: string[];
  choice_per_tracker?: boolean;
  policy_url: string;
  /** Their ids. */
  categories: string[];
  trackers: GateTracker[];
  texts: Record<string, string>;
}

/** `country` is ISO 3166-1 alpha-2. */
export interface Recipient {
  name: string;
  role: string;
  country: string;
  safeguard: string | null;
}

/** A tracker as displayed. */
export interface NoticeTracker {
  id: string;
  kind: TrackerKind;
  name: string;
  vendor: string;
  purpose: string;
  legal_basis: string;
  data: { name: string; retention: string }[];
  recipients: Recipient[];
  sale_share: boolean;
  storage: StorageItem[];
}

/** A cookie or storage key; `name` may end in `*`; `lifetime` is ISO 8601, `session` or `persistent`. */
export interface StorageItem {
  kind: StorageKind;
  name: string;
  lifetime: string;
  domain: string | null;
}

/** A category as displayed. `on`: how its switch stands before a choice. */
export interface NoticeCategory {
  id: string;
  name: string;
  description: string;
  required: boolean;
  on: boolean;
  trackers: NoticeTracker[];
}

/** Everything a visitor is shown, in one language under one regime. */
export interface NoticeDocument {
  v: 1;
  site: string;
  name: string;
  lang: string;
  dir: "ltr" | "rtl";
  regime: string;
  gpc: GpcEffect;
  layout: string;
  controller: {
    name: string;
    address: string;
    contact: string;
    dpo: string | null;
    authority: { name: string; url: string } | null;
  };
  policy_url: string;
  choice_per_tracker: boolean;
  lifetimes: { granted: string; refused: string };
  /** All that the site offers: by tag, what each calls itself. */
  languages: Record<string, string>;
  texts: Record<string, string>;
  categories: NoticeCategory[];
}
