/** What seven other tools keep of a choice. Each reader takes what stands there apart; what it does not know is no choice. */

export type Tool =
  | "vanilla-cookieconsent"
  | "klaro"
  | "orejime"
  | "tarteaucitron"
  | "cookiebot"
  | "onetrust"
  | "cookieyes";

/**
 * A choice of before. `granted`: names of categories and services, as the tool has them; `at`: when it was made, in ms since
 * 1970, where the tool keeps that; `value`: what is cited of it.
 */
export interface Before {
  granted: string[];
  at?: number;
  value: string;
}

/** `text`: as it stands in cookie or storage; `cookie`: the values of another cookie. Undefined: nobody has chosen. */
type Reader = (text: string, cookie: (name: string) => string[]) => Before | undefined;

/** JSON as such, as in storage, or with some or all of its characters as `%22`, as in cookies. */
const decode = (text: string) => (text[1] === '"' ? text : decodeURIComponent(text));

/** Klaro and Orejime: names, each with true or false. */
const readYesNo: Reader = (text) => {
  const value = decode(text);
  const said = Object.entries(JSON.parse(value));
  if (said.length && said.every(([, yes]) => typeof yes === "boolean"))
    return { granted: said.filter(([, yes]) => yes).map(([name]) => name), value };
};

export const READERS: Record<Tool, Reader> = {
  "vanilla-cookieconsent": (text) => {
    const value = decode(text);
    const { categories, services, lastConsentTimestamp, consentTimestamp } = JSON.parse(value);
    if (Array.isArray(categories))
      return {
        granted: categories.concat(...(Object.values(services || {}) as string[][])),
        at: Date.parse(lastConsentTimestamp || consentTimestamp),
        value,
      };
  },
  klaro: readYesNo,
  orejime: readYesNo,
  // `!service=wait` stands there before anybody has chosen.
  tarteaucitron: (value) => {
    const said = [...value.matchAll(/!([^!=]+)=(true|false)/g)];
    if (said.length) return { granted: said.filter(([, , yes]) => yes === "true").map(([, name]) => name), value };
  },
  // It writes `implied`, too, where it has asked nobody.
  cookiebot: (text) => {
    const value = decodeURIComponent(text);
    if (/method:'explicit'/.test(value))
      return {
        granted: [...value.matchAll(/(\w+):true/g)].map(([, name]) => name),
        at: +/utc:(\d+)/.exec(value)![1],
        value,
      };
  },
  // The second cookie is there only when the banner was answered. Of the first the page that was visited is not cited.
  onetrust: (text, cookie) => {
    const said = new URLSearchParams(text);
    const groups = said.get("groups");
    const [answered] = cookie("OptanonAlertBoxClosed");
    if (groups && answered)
      return {
        granted: groups.split(",").flatMap((group) => (group.endsWith(":1") ? [group.slice(0, -2)] : [])),
        at: Date.parse(decodeURIComponent(answered)),
        value: `consentId=${said.get("consentId")}&groups=${groups}`,
      };
  },
  cookieyes: (text) => {
    const value = decodeURIComponent(text);
    const said = value.split(",");
    if (said.includes("action:yes"))
      return { granted: said.flatMap((one) => (one.endsWith(":yes") ? [one.slice(0, -4)] : [])), value };
  },
};
