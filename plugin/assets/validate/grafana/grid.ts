import { quoted } from "../by_schema.ts";
import type { Place } from "../place.ts";
import { UNPLACED } from "../repair.ts";
import type { GrafanaJson, PanelJson } from "./schema.ts";

const COLUMNS = 24;

/** Panels neither overlap nor stick out. */
export function checkGrid(place: Place, { panels }: GrafanaJson): void {
  const placed = panels.filter(({ gridPos }) => gridPos.y !== UNPLACED);
  placed.forEach((panel, k) => {
    const i = panels.indexOf(panel);
    const { x, w } = panel.gridPos;
    if (x + w > COLUMNS) place.add(["panels", i, "gridPos"], `${nameOf(panel)} ends at column ${x + w} of ${COLUMNS}`);
    for (const other of placed.slice(0, k)) {
      if (overlap(panel, other)) place.add(["panels", i, "gridPos"], `${nameOf(panel)} overlaps ${nameOf(other)}`);
    }
  });
}

const nameOf = ({ title, type }: PanelJson): string => quoted(title === "" ? type : title);

function overlap({ gridPos: a }: PanelJson, { gridPos: b }: PanelJson): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
