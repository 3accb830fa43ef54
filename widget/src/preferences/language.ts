/** The language switch: another of the site's languages for what is shown on this page, without loading it again. */

import type { NoticeDocument } from "../types";
import { h } from "./borrowed";
import type { PartContext } from "./part";

/** What was asked for last: answers can come in another order. */
let asked = "";

/** Draws the list of languages, each in its own; nothing where there is only one. `spoken` is called when another has come. */
export function drawLanguages(
  notice: NoticeDocument,
  context: PartContext,
  spoken: () => void,
  failed: () => void,
): HTMLElement | false {
  const { languages = {}, lang, texts } = notice;
  const own = Object.entries(languages);
  if (!own[1]) return false;
  const select = h(
    "select",
    { "data-language": "1" },
    ...own.map(([tag, name]) => h("option", { value: tag, lang: tag, selected: tag === lang && "1" }, name)),
  );
  select.onchange = async () => {
    const wanted = select.value;
    asked = wanted;
    // Closed or answered meanwhile: what was asked in is what was answered.
    const isStale = () => asked !== wanted || !select.isConnected;
    try {
      const speak = await fetchWords(wanted, context);
      if (isStale()) return;
      speak(notice);
      spoken();
    } catch {
      if (isStale()) return;
      select.value = lang;
      failed();
    }
  };
  return h("label", { "data-row": "1" }, texts.language, select);
}

/** Fetches the words of another language, of the same version and under the same rule; returns what puts them in the place of ours. */
async function fetchWords(tag: string, { session, send }: PartContext): Promise<(notice: NoticeDocument) => void> {
  const { config } = session;
  const get = async (path: string) => {
    const answer = await send(`${config.api}/v1/sites/${config.site}/${path}`);
    if (!answer.ok) throw answer;
    return answer.json();
  };
  const { notice: cited, texts, lang, dir, version, regime } = await get(`config?lang=${tag}`);
  if (version !== config.version || regime !== config.regime || lang !== tag) throw lang;
  const other: NoticeDocument = await get(`notices/${cited.sha256}`);
  return (notice) => {
    // In their place: others hold on to these objects.
    Object.assign(config.notice, cited);
    Object.assign(config.texts, texts);
    Object.assign(config, { lang, dir });
    Object.assign(notice.texts, other.texts);
    Object.assign(notice, { ...other, texts: notice.texts });
  };
}
