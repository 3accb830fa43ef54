/** The loader's script: the build wraps it into `(function(config){…})(0);`, the server puts the config for the `0`. */

import { attempt } from "./attempt";
import { start } from "./start";
import type { WidgetConfig } from "./types";

declare const config: WidgetConfig | 0 | null;

if (config) attempt(() => start(config, document.currentScript as HTMLScriptElement | null));
