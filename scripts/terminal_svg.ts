/** Sizes in pixels. */
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const BAR = 28;

/** The colours of a dark terminal, by the numbers of SGR. */
const COLOURS: Readonly<Record<number, string>> = {
  30: "#484f58",
  31: "#ff7b72",
  32: "#56d364",
  33: "#e3b341",
  34: "#79c0ff",
  35: "#d2a8ff",
  36: "#56d4dd",
  37: "#b1bac4",
  90: "#8b949e",
};

/** How text looks from some point on. */
interface Look {
  readonly colour: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

const PLAIN: Look = { colour: undefined, bold: false, dim: false };

/** A picture of a terminal that shows a text with the colours of SGR (ECMA-48, section 8.3.117), as SVG. */
export function drawTerminal(text: string, columns: number): string {
  const rows = rowsOf(text, columns);
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = Math.ceil(rows.length * CELL.height + 2 * MARGIN + BAR);
  const texts = rows.map((row, i) => {
    const y = BAR + MARGIN + (i + 0.75) * CELL.height;
    return row === "" ? "" : `<text x="${MARGIN}" y="${y.toFixed(1)}">${row}</text>\n`;
  });
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map((colour, i) =>
    `<circle cx="${20 + 18 * i}" cy="18" r="5.5" fill="${colour}"/>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal that shows what torchserve-check says">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${dots.join("")}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${texts.join("")}</g>
</svg>
`;
}

/** The rows of a terminal, which goes on in the next one where a line is longer than it, as spans. */
function rowsOf(text: string, columns: number): string[] {
  let look = PLAIN;
  return text.split("\n").flatMap((line) => {
    const rows = [""];
    let left = columns;
    // deno-lint-ignore no-control-regex
    for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
      // deno-lint-ignore no-control-regex
      const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
      if (codes !== undefined) look = codes.split(";").map(Number).reduce(changed, look);
      for (let rest = codes === undefined ? part : ""; rest !== ""; left = left === 0 ? columns : left) {
        if (left === columns && rows.at(-1) !== "") rows.push("");
        rows[rows.length - 1] += span(rest.slice(0, left), look);
        [rest, left] = [rest.slice(left), left - Math.min(left, rest.length)];
      }
    }
    return rows;
  });
}

function changed(look: Look, code: number): Look {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 39) return { ...look, colour: undefined };
  return { ...look, colour: COLOURS[code > 90 ? code - 60 : code] ?? look.colour };
}

/** Blanks are kept in whatever shows the picture. */
function span(text: string, { colour, bold, dim }: Look): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(" ", "\u00a0");
  const attributes = [
    colour === undefined ? "" : ` fill="${colour}"`,
    bold ? ' font-weight="bold"' : "",
    dim ? ' opacity="0.6"' : "",
  ].join("");
  return attributes === "" ? escaped : `<tspan${attributes}>${escaped}</tspan>`;
}
