import process from "node:process";
import { styleText } from "node:util";

/** What a piece of text means to the reader. */
export type Tone = "good" | "bad" | "doubtful" | "faint" | "strong";

/** Gives text the colour of its meaning, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const STYLES = { good: "green", bad: "red", doubtful: "yellow", faint: "gray", strong: "bold" } as const;

export const plain: Paint = (_tone, text) => text;

export const coloured: Paint = (tone, text) => styleText(STYLES[tone], text, { validateStream: false });

/** Variables of the environment, by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Colours for a person at a terminal, unless `NO_COLOR` says otherwise (https://no-color.org) or the terminal has none
 * (`TERM=dumb`); with `FORCE_COLOR` wherever the text goes (https://force-color.org).
 */
export function paintFor(stream: { readonly isTTY?: boolean }, environment: Environment = process.env): Paint {
  const { NO_COLOR: none, FORCE_COLOR: forced, TERM: terminal } = environment;
  if (none) return plain;
  if (forced) return forced === "0" || forced === "false" ? plain : coloured;
  return stream.isTTY === true && terminal !== "dumb" ? coloured : plain;
}
