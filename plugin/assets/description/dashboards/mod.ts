import type { Dashboard } from "../dashboard.ts";
import { models } from "./models.ts";
import { overview } from "./overview.ts";

/** The dashboards that are shipped. */
export const DASHBOARDS: readonly Dashboard[] = [overview, models];
