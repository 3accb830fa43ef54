/** One script for the page and for its worker, which is made of the same text. */

import { createEngine } from "./engine";
import { startPage } from "./page";

if (typeof document === "undefined") {
  const engine = createEngine((answer) => postMessage(answer));
  self.onmessage = ({ data }) => engine(data);
} else {
  startPage(document.currentScript!.textContent!);
}
