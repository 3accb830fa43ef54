/** The language switch: another of the site's languages for what is shown on this page, without loading it again. */

import type { NoticeDocument } from "../types";
import { h } from "./borrowed";
import type { PartContext } from "./part";

/** Draws the list of languages, each in its own; nothing where there is only one. `spoken` is called when another has come. */
export function drawLanguages(
  notice: NoticeDocument,
  context: PartContext,
  spoken: () => void,
  failed: () => void,
): HTMLElement | false {
  const { languages, lang, texts } = notice;
  if (!languages?.[1]) return false;
  const select = h(
    "select",
    { "data-language": "1" },
    ...languages.map((tag) => h("option", { value: tag, lang: tag, selected: tag === lang && "1" }, nameOf(tag))),
  );
  select.onchange = () => {
    speak(select.value, notice, context).then(spoken, () => {
      select.value = lang;
      failed();
    });
  };
  return h("label", { "data-row": "1" }, texts.language, select);
}

const nameOf = (tag: string) => new Intl.DisplayNames(tag, { type: "language" }).of(tag) || tag;

/** Puts the words of another language in the place of ours: those of the same version, under the same rule. */
async function speak(tag: string, notice: NoticeDocument, { session, send }: PartContext): Promise<void> {
  const { config } = session;
  const get = async (path: string) => (await send(`${config.api}/v1/sites/${config.site}/${path}`)).json();
  const { notice: cited, texts, lang, dir, version, regime } = await get(`config?lang=${tag}`);
  if (version !== config.version || regime !== config.regime || lang !== tag) throw lang;
  const other: NoticeDocument = await get(`notices/${cited.sha256}`);
  // In their place: others hold on to these objects.
  Object.assign(config.notice, cited);
  Object.assign(config.texts, texts);
  Object.assign(config, { lang, dir });
  Object.assign(notice.texts, other.texts);
  Object.assign(notice, { ...other, texts: notice.texts });
}
