/** The gate and nothing else: only for `npm run size`, which holds it to its budget. */

import type { WidgetConfig } from "../types";
import { startGate } from "./index";

declare const config: WidgetConfig | 0;

if (config) startGate(config, false, () => {});
