/** The visitor's own record at the server: to take along, or to have erased. */

import { readRecord } from "../after/receipt";
import { readQueue } from "../choice/draft";
import { h } from "./borrowed";
import type { PartContext } from "./part";

/**
 * Draws the two buttons, where this browser keeps the secret that the record stands under; else nothing. `said` is what
 * has been done or could not be; `erased` is called when the record is gone and everything optional is off.
 */
export function drawRecord(
  texts: Record<string, string>,
  { session, send, bring }: PartContext,
  erased: () => void,
): HTMLElement | false {
  const { site, api } = session.config;
  // A notice from before these words existed has none.
  if (!readRecord(site)?.previous || !texts.erase) return false;

  const ask = async (path: string, method = "GET") => {
    const record = readRecord(site);
    // What is still under way would be stored after all, under a secret that nobody has any more.
    if (!record || (method === "DELETE" && readQueue(site)[0])) throw record;
    const answer = await send(`${api}/v1/sites/${site}/${path.replace("{id}", `${record.previous}`)}`, {
      method,
      headers: { Authorization: `Bearer ${record.secret}` },
      credentials: "omit",
      referrerPolicy: "strict-origin",
    });
    if (!answer.ok) throw answer;
    return answer.json();
  };
  const button = (words: string, work: () => void) => {
    const own = h("button", { type: "button" }, words);
    own.onclick = (event) => {
      // A program erases nothing.
      if (event.isTrusted) work();
    };
    return own;
  };
  const said = h("p", { role: "alert" });
  let isBusy = false;
  const tryTo = (work: () => Promise<void>) => async () => {
    if (isBusy) return;
    isBusy = true;
    said.textContent = "";
    await work().catch(() => {
      said.textContent = texts.failed;
    });
    isBusy = false;
  };

  const download = button(
    texts.download,
    tryTo(async () => {
      const { id, receipt, log } = await ask("receipts/{id}");
      // What is signed, once more so that it can be read.
      const [, signed] = receipt.split(".");
      const bytes = Uint8Array.from(atob(signed.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
      const text = JSON.stringify({ id, says: JSON.parse(new TextDecoder().decode(bytes)), receipt, log }, null, 2);
      const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      h("a", { href, download: `receipt-${id}.json` }).click();
      URL.revokeObjectURL(href);
    }),
  );
  const erase = button(texts.erase, () => {
    about.hidden = false;
    sure.focus();
  });
  const sure = button(
    texts.erase_sure,
    tryTo(async () => {
      const after = await bring("after");
      await ask("subject", "DELETE");
      after.forget();
      session.makeChoice(session.wishFor(false), { method: "erase", trusted: true });
      erased();
    }),
  );
  const about = h("div", { hidden: "1" }, h("p", {}, texts.erase_about), sure);
  return h("div", { "data-record": "1" }, download, erase, about, said);
}
