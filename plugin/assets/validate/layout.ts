import { quoted } from "./by_schema.ts";
import type { DashboardJson } from "./dashboard_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile } from "./json_file.ts";
import type { JsonPath } from "./json_path.ts";
import { UNPLACED } from "./repair.ts";

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
  const outer = groups.map(({ definition, layout }, i): Placed => ({
    title: definition.title,
    ...layout,
    path: ["widgets", i, "layout"],
  }));
  checkPlaces(file, outer, findings);
  checkGaps(file, outer, findings);
  groups.forEach(({ definition, layout }, i) => {
    const inner = definition.widgets.map(({ definition: widget, layout: place }, k): Placed => ({
      title: widget.type === "note" ? "a note" : widget.title,
      ...place,
      path: ["widgets", i, "definition", "widgets", k, "layout"],
    }));
    checkPlaces(file, inner, findings);
    const rows = TITLE_ROWS + Math.max(0, ...inner.map(({ y, height }) => y + height));
    if (layout.height === rows || layout.y === UNPLACED || inner.some(({ y }) => y === UNPLACED)) return;
    const line = file.lineOf(["widgets", i, "layout", "height"]);
    findings.add(
      file.path,
      line,
      `the group ${quoted(definition.title)} has height ${layout.height}, its widgets and title take ${rows}`,
    );
  });
}

/** Groups stand one below the other: what is left between them shows as a hole. */
function checkGaps(file: JsonFile, groups: readonly Placed[], findings: Findings): void {
  for (const { title, y, path } of groups) {
    if (y === 0 || y === UNPLACED || groups.some((other) => other.y + other.height === y)) continue;
    const above = Math.max(0, ...groups.map((other) => other.y + other.height).filter((end) => end < y));
    const line = file.lineOf([...path, "y"]);
    findings.add(file.path, line, `the group ${quoted(title)} begins at row ${y}, what is above it ends at ${above}`);
  }
}

function checkPlaces(file: JsonFile, all: readonly Placed[], findings: Findings): void {
  const places = all.filter(({ y }) => y !== UNPLACED);
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
