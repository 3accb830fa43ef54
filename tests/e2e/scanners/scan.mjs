// Has the scanner look at pages, all at once, in the browser that it is told; prints what it found, in their order.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Scanner } from "@slashgear/gdpr-cookie-scanner";

const { executablePath, args, userAgent, urls } = JSON.parse(process.argv[2]);

// The scanner launches the browser that its Playwright would have downloaded, with no way to name another: the launching is
// replaced. One browser does for all of its sessions, each of which has a context of its own.
const require = createRequire(fileURLToPath(import.meta.resolve("@slashgear/gdpr-cookie-scanner")));
const { chromium } = require("playwright");
const browser = await chromium.launch({ executablePath, args });
chromium.launch = async () => ({ newContext: (options) => browser.newContext(options), close: async () => {} });

const scan = (url) =>
  new Scanner({ url, userAgent, locale: "en-US", timeout: 30_000, formats: [], screenshots: false, verbose: false }).run();
console.log(JSON.stringify(await Promise.all(urls.map(scan))));
await browser.close();
