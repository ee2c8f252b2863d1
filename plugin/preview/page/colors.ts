/** Colors of what is drawn, for both themes: each can be told from its neighbours without seeing red and green. */

export type Theme = "light" | "dark";

const MANY: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#2563c9", "#d0560f", "#0f8460", "#9a3db0", "#a77a05", "#0b7896", "#c2325a", "#5d6b7c"],
  dark: ["#6ea8fe", "#ff9f5a", "#4cc990", "#d48bea", "#e8c24a", "#4fc3dc", "#ff7d9d", "#a3aebc"],
};

const PALETTES: Readonly<Record<string, Readonly<Record<Theme, readonly string[]>>>> = {
  green: { light: ["#1a8f5a"], dark: ["#3ecf8e"] },
  yellow: { light: ["#b98900"], dark: ["#f2c14e"] },
  red: { light: ["#cf2f3f"], dark: ["#ff6b74"] },
  gray: { light: ["#6b7888", "#98a3b1"], dark: ["#8b98a9", "#616d7d"] },
  cool: { light: ["#0b7896", "#2563c9", "#5a4fcf", "#0f8460"], dark: ["#4fc3dc", "#6ea8fe", "#a99cff", "#4cc990"] },
  warm: { light: ["#d0560f", "#c2325a", "#a77a05", "#9a3db0"], dark: ["#ff9f5a", "#ff7d9d", "#e8c24a", "#d48bea"] },
};

/** The color of the nth series of a palette. */
export function seriesColor(theme: Theme, palette: string | undefined, nth: number): string {
  const colors = (palette === undefined ? undefined : PALETTES[palette]?.[theme]) ?? MANY[theme];
  return colors[nth % colors.length] ?? "#888";
}

/** Lines that are told apart without color. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 5], [1, 2], [
  6,
  2,
  1,
  2,
]];

/** The nth way of drawing a line. */
export const dashOf = (nth: number): readonly number[] => DASHES[nth % DASHES.length] ?? [];

/** Colors of a theme that the style says. */
export function styleColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** What the page looks like now. */
export function currentTheme(): Theme {
  return document.documentElement.dataset["theme"] === "dark" ? "dark" : "light";
}
