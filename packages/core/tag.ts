/** The one line that every page needs: `<script async src=".../s/<site>.js">`. */

export interface TagProps {
  /** The site's key, `s_…`. */
  site: string;
  /** Where Placet is: `https://consent.example`. */
  api: string;
  /** The page's language (BCP 47), where it should not be the browser's. */
  lang?: string | undefined;
  /** The visitor is a minor: nothing optional, no question. */
  minor?: boolean | undefined;
  /** Of the page's Content-Security-Policy. */
  nonce?: string | undefined;
}

/** The address of a site's loader. */
export function addressOf({ site, api, lang, minor }: TagProps): string {
  const query = [lang && `lang=${encodeURIComponent(lang)}`, minor && "minor=1"].filter(Boolean).join("&");
  return `${api.replace(/\/$/, "")}/s/${site}.js${query && `?${query}`}`;
}

/** Puts the tag into the head, unless it is in the page already. */
export function putTag(props: TagProps): void {
  const src = addressOf(props);
  if ([...document.scripts].some((script) => script.getAttribute("src") === src)) return;
  const script = document.createElement("script");
  script.async = true;
  if (props.nonce) script.nonce = props.nonce;
  script.src = src;
  document.head.append(script);
}
