/** Renders the page that the build has put in the place of `app`; its place is the only argument. */

import { render } from "app";

process.stdout.write(JSON.stringify(await render(JSON.parse(process.argv[2]))));
