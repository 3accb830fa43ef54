/** Stands before the widget in the loader of a site that takes over: `(function(take){…})(0);`, filled by the server. */

import { attempt } from "../attempt";
import { type TakeOver, takeOver } from "./take";

declare const take: TakeOver | 0;

if (take) {
  const tag = document.currentScript as HTMLScriptElement | null;
  attempt(() => takeOver(take as TakeOver, !!tag && ("minor" in tag.dataset || /[?&]minor=1/.test(tag.src))));
}
