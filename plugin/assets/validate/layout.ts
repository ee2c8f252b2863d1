import { quoted } from "./by_schema.ts";
import type { DashboardJson } from "./dashboard_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile, JsonPath } from "./json_file.ts";

const COLUMNS = 12;
/** Rows of a group's title. */
const TITLE_ROWS = 1;

interface Placed {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly path: JsonPath;
}

/** Widgets do not overlap nor stick out, and a group is as high as its widgets. */
export function checkLayout(file: JsonFile, { widgets: groups }: DashboardJson, findings: Findings): void {
  checkPlaces(
    file,
    groups.map(({ definition, layout }, i) => ({ title: definition.title, ...layout, path: ["widgets", i, "layout"] })),
    findings,
  );
  groups.forEach(({ definition, layout }, i) => {
    const inner = definition.widgets.map(({ definition: widget, layout: place }, k): Placed => ({
      title: widget.type === "note" ? "a note" : widget.title,
      ...place,
      path: ["widgets", i, "definition", "widgets", k, "layout"],
    }));
    checkPlaces(file, inner, findings);
    const rows = TITLE_ROWS + Math.max(0, ...inner.map(({ y, height }) => y + height));
    if (layout.height === rows) return;
    const line = file.lineOf(["widgets", i, "layout", "height"]);
    findings.add(
      file.path,
      line,
      `the group ${quoted(definition.title)} has height ${layout.height}, its widgets and title take ${rows}`,
    );
  });
}

function checkPlaces(file: JsonFile, places: readonly Placed[], findings: Findings): void {
  places.forEach((place, i) => {
    if (place.x + place.width > COLUMNS) {
      const end = place.x + place.width;
      findings.add(file.path, file.lineOf(place.path), `${quoted(place.title)} ends at column ${end} of ${COLUMNS}`);
    }
    for (const other of places.slice(0, i)) {
      if (!overlap(place, other)) continue;
      findings.add(file.path, file.lineOf(place.path), `${quoted(place.title)} overlaps ${quoted(other.title)}`);
    }
  });
}

function overlap(a: Placed, b: Placed): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
