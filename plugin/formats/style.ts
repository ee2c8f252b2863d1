import process from "node:process";
import { styleText } from "node:util";

/** What a piece of text means to the reader. */
export type Tone = "good" | "bad" | "doubtful" | "faint" | "strong";

/** Gives text the colour of its meaning, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const STYLES = { good: "green", bad: "red", doubtful: "yellow", faint: "gray", strong: "bold" } as const;

export const plain: Paint = (_tone, text) => text;

export const coloured: Paint = (tone, text) => styleText(STYLES[tone], text, { validateStream: false });

/** Colours for a person at a terminal, unless `NO_COLOR` says otherwise (https://no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  return stream.isTTY === true && !process.env["NO_COLOR"] ? coloured : plain;
}
