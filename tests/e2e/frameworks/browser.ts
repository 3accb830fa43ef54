/** Starts the page that the build has put in the place of `app`, on what the server has rendered, if it has. */

import { begin } from "app";

const root = document.getElementById("root")!;
begin(root, root.childNodes.length > 0);
