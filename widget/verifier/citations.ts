/** What receipts cite and statements name: configs, notices, loaders, widgets, their parts and pictures. */

import { hexOf } from "./bytes";
import { isObject, parseJson } from "./json";
import { documentOf, type Reader } from "./reader";
import type { Findings } from "./report";
import { sha256 } from "./sha256";
import type { Build, Receipt, Slice, Statement } from "./shapes";

interface Publication {
  sha256: string;
  index: number;
  slices: Slice[] | undefined;
}

const FILE = "receipts.jsonl";
const NAMED = ["loaders", "parts", "pictures"];

export class Citations {
  readonly published = new Map<number, Publication>();
  readonly builds = new Map<string, Build & { index: number }>();
  /** By name: of a notice its site, language and regime. */
  private readonly documents = new Map<string, string>();
  private readonly named = new Set<string>();
  private firstRelease = Number.POSITIVE_INFINITY;

  constructor(
    private readonly reader: Reader,
    private readonly fail: Findings["fail"],
  ) {}

  /** Holds every document against the hash that its name gives. */
  async readDocuments(): Promise<void> {
    for (const name of [...this.reader.names].sort()) {
      const document = documentOf(name);
      const data = document && (await this.reader.content(name));
      if (!document || !data) continue;
      if (hexOf(sha256(data)) !== document.hash) {
        this.fail("citations", "its content does not have the hash that its name gives.", name);
        continue;
      }
      this.documents.set(name, "");
      if (!name.endsWith(".json")) continue;
      try {
        const value = parseJson(data);
        const { site, lang, regime } = isObject(value) ? value : {};
        this.documents.set(name, JSON.stringify([site, lang, regime]));
      } catch (error) {
        this.fail("citations", `${(error as Error).message}.`, name);
      }
    }
  }

  /** Takes what a statement publishes or names. */
  see(index: number, { kind, data }: Statement): void {
    const { version, sha256: hash, slices, builds, pictures } = data;
    if (kind === "config-published") {
      const before = this.published.get(version!);
      if (before && before.sha256 !== hash) {
        this.fail(
          "citations",
          `config version ${version} is published a second time, with other content.`,
          "statements.jsonl",
          index,
        );
      }
      if (!before) this.published.set(version!, { sha256: hash!, index, slices });
      for (const { loader } of slices ?? []) this.named.add(`loaders/${loader}.json`);
    }
    if (kind === "widget-released") {
      this.firstRelease = Math.min(this.firstRelease, index);
      for (const build of builds!) {
        if (!this.builds.has(build.sha256)) this.builds.set(build.sha256, { ...build, index });
        for (const part of Object.values(build.parts)) this.named.add(`parts/${part}.js`);
      }
    }
    if (kind === "banner-pictured") for (const { sha256 } of pictures!) this.named.add(`pictures/${sha256}.png`);
  }

  /** Names what stands in the bundle and is named by no statement. */
  checkNamed(): void {
    for (const name of this.documents.keys()) {
      if (NAMED.includes(documentOf(name)!.folder) && !this.named.has(name)) {
        this.fail("citations", "no statement names it.", name);
      }
    }
  }

  /** Which slice of its version a receipt was shown, where the publication names them. */
  sliceOf({ config, regime, notice }: Receipt): Slice | undefined {
    return this.published
      .get(config.version)
      ?.slices?.find((own) => own.regime === regime && own.lang === notice.lang && own.notice === notice.sha256);
  }

  check(index: number, receipt: Receipt): void {
    const { config, notice, widget, site, regime } = receipt;
    const fail = (message: string) => this.fail("citations", message, FILE, index);
    const cite = (name: string, words = `it cites ${name}, which is not here with that content.`) => {
      if (!this.documents.has(name)) fail(words);
    };
    const publication = this.published.get(config.version);
    if (publication?.sha256 !== config.sha256 || publication.index >= index) {
      fail(`no statement before it published config version ${config.version} with the hash it cites.`);
    }
    cite(`configs/${config.sha256}.json`);
    const shown = `notices/${notice.sha256}.json`;
    cite(shown);
    if (widget) cite(`widgets/${widget.sha256}.js`);
    const about = this.documents.get(shown);
    if (about && about !== JSON.stringify([site, notice.lang, regime])) {
      fail("the notice it cites is of another site, language or regime.");
    }
    if (publication?.slices) {
      const slice = this.sliceOf(receipt);
      if (slice) cite(`loaders/${slice.loader}.json`, "what the loader carried with its notice is not here.");
      else fail("its version was not published with that notice, in that language under that regime.");
    }
    if (!widget || this.firstRelease >= index) return;
    const build = this.builds.get(widget.sha256);
    if (!build || build.index >= index || build.version !== widget.version) {
      fail("no statement before it released the widget that it cites.");
      return;
    }
    for (const [name, part] of Object.entries(build.parts))
      cite(`parts/${part}.js`, `the widget's part ${name} is not here.`);
  }
}
