import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A validator, by its name for ddev; `manifest` stands for the nine of a manifest. */
export type Validator =
  | "metadata"
  | "service-checks"
  | "dashboards"
  | "readmes"
  | "config"
  | "saved-views"
  | "manifest";

/** One thing that is wrong, and what the validator has to say then. */
export interface Mistake {
  readonly what: string;
  readonly validator: Validator;
  /** Which file is changed, in the integration's folder. */
  readonly path: string;
  /** Its new text; without a text it is removed. */
  readonly edit: (text: string) => string | undefined;
  readonly said: RegExp;
}

/** Replaces what has to be there. */
function replace(from: string | RegExp, to: string): (text: string) => string {
  return (text) => {
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`there is no ${from} to be replaced`);
    return changed;
  };
}

const MANIFEST = "manifest.json";
const METADATA = "metadata.csv";
const CHECKS = "assets/service_checks.json";
const SPEC = "assets/configuration/spec.yaml";
const EXAMPLE = "datadog_checks/torchserve/data/conf.yaml.example";
const DISCOVERY = "datadog_checks/torchserve/data/auto_conf.yaml";
const VIEW = "assets/saved_views/slow_requests.json";

function lastRowFirst(text: string): string {
  const [header = "", ...rows] = text.trimEnd().split("\n");
  const last = rows.pop() ?? "";
  return [header, last, ...rows, ""].join("\n");
}

/** At least one for each validator, of the kinds that people make. */
export const MISTAKES: readonly Mistake[] = [
  { what: "rows out of order", validator: "metadata", path: METADATA, edit: lastRowFirst, said: /not sorted/ },
  {
    what: "an unknown unit",
    validator: "metadata",
    path: METADATA,
    edit: replace(",gauge,,percent,", ",gauge,,percents,"),
    said: /`percents` is an invalid unit_name/,
  },
  {
    what: "a column too few",
    validator: "metadata",
    path: METADATA,
    edit: replace(/,gauge,,percent,/, ",gauge,percent,"),
    said: /has the wrong number of columns/,
  },
  {
    what: "a metric of another prefix",
    validator: "metadata",
    path: METADATA,
    edit: replace("torchserve.inference_api.probe", "tochserve.inference_api.probe"),
    said: /`tochserve` appears 1 time/,
  },
  {
    what: "an unknown status",
    validator: "service-checks",
    path: CHECKS,
    edit: replace('"critical"', '"crtical"'),
    said: /crtical/,
  },
  {
    what: "a check without groups",
    validator: "service-checks",
    path: CHECKS,
    edit: replace(/"groups": \[[^\]]*\],/, ""),
    said: /Attribute `groups` is required/,
  },
  {
    what: "a check of another integration",
    validator: "service-checks",
    path: CHECKS,
    edit: replace('"integration": "TorchServe"', '"integration": "torchserve"'),
    said: /torchserve/,
  },
  {
    what: "a dashboard that is not there",
    validator: "dashboards",
    path: MANIFEST,
    edit: (text) =>
      text.replace(
        /"dashboards": \{\s*(\}?)/,
        (_, end: string) => `"dashboards": {"gone": "assets/dashboards/gone.json"${end === "" ? "," : "}"}`,
      ),
    said: /gone\.json does not exist/,
  },
  {
    what: "a dashboard that does not say what it is for",
    validator: "dashboards",
    path: "assets/dashboards/overview.json",
    edit: replace(/^ {2}"description": .*\n/m, ""),
    said: /overview\.json does not contain the required fields: description/,
  },
  {
    what: "a sign beyond Latin-1",
    validator: "readmes",
    path: "README.md",
    edit: replace("...", "\u2026"),
    said: /non-ASCII/,
  },
  {
    what: "no chapter Setup",
    validator: "readmes",
    path: "README.md",
    edit: replace("## Setup", "## Set up"),
    said: /missing a Setup/,
  },
  {
    what: "an example that was edited",
    validator: "config",
    path: EXAMPLE,
    edit: replace("# limit: 100", "# limit: 200"),
    said: /`conf\.yaml\.example` is not in sync/,
  },
  {
    what: "a discovery that was edited",
    validator: "config",
    path: DISCOVERY,
    edit: replace(":8082/", ":8083/"),
    said: /`auto_conf\.yaml` is not in sync/,
  },
  {
    what: "an example of another type than its option",
    validator: "config",
    path: SPEC,
    edit: replace("example: 100\n", "example: many\n"),
    said: /limit: Attribute `example` for `type` integer must be a number/,
  },
  {
    what: "a line of a description that is too long",
    validator: "config",
    path: SPEC,
    edit: replace("The most requests that are sent", "The most requests ".repeat(8)),
    said: /over the limit/,
  },
  { what: "no specification", validator: "config", path: SPEC, edit: () => undefined, said: /Did not find spec file/ },
  {
    what: "an unknown type",
    validator: "saved-views",
    path: VIEW,
    edit: replace('"logs"', '"log"'),
    said: /invalid type: log/,
  },
  {
    what: "an option of another page",
    validator: "saved-views",
    path: VIEW,
    edit: replace('"show_timeline"', '"widget"'),
    said: /invalid options for page `stream`/,
  },
  {
    what: "a view that is not there",
    validator: "saved-views",
    path: VIEW,
    edit: () => undefined,
    said: /does not exist/,
  },
  {
    what: "another application",
    validator: "manifest",
    path: MANIFEST,
    edit: replace(/"app_uuid": "d5/, '"app_uuid": "e5'),
    said: /at `app_uuid` is not allowed to be modified/,
  },
  {
    what: "a metric that is not in metadata.csv",
    validator: "manifest",
    path: MANIFEST,
    edit: replace('"torchserve.management_api.models"', '"torchserve.management_api.modells"'),
    said: /metric_to_check not in metadata\.csv: 'torchserve\.management_api\.modells'/,
  },
  {
    what: "no category of logs",
    validator: "manifest",
    path: MANIFEST,
    edit: replace(/ *"Category::Log Collection",\n/, ""),
    said: /required category: Category::Log Collection/,
  },
  {
    what: "a changelog that is not there",
    validator: "manifest",
    path: "CHANGELOG.md",
    edit: () => undefined,
    said: /CHANGELOG\.md does not exist/,
  },
  {
    what: "a long description",
    validator: "manifest",
    path: MANIFEST,
    edit: replace(
      "Monitor the health",
      "Monitor the health, the speed, the memory, the temper and the good will, as well as the health",
    ),
    said: /characters long/,
  },
];

/** Makes a mistake in a laid-out integration. */
export function make({ path, edit }: Mistake, directory: string): void {
  const file = join(directory, "torchserve", path);
  const text = edit(readFileSync(file, "utf8"));
  if (text === undefined) rmSync(file);
  else writeFileSync(file, text);
}
