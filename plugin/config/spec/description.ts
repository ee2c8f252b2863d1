/** The Agent's tools refuse a longer line of the example, its indentation and comment signs counted. */
const WIDTH = 120;

/** Breaks a text into lines for a comment at an indentation; paragraphs whose lines are indented stay as they are. */
export function descriptionLines(text: string, indent: number): string {
  const width = WIDTH - indent - "## ".length;
  const paragraphs = text.split("\n\n").map((paragraph) =>
    /^ /m.test(paragraph) ? paragraph : wrap(paragraph, width).join("\n")
  );
  return `${paragraphs.join("\n\n")}\n`;
}

/** A heading over a text. */
export function titled(title: string, text: string, indent: number): string {
  return `${title}\n${"-".repeat(title.length)}\n${text === "" ? "" : descriptionLines(text, indent)}\n`;
}

function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
