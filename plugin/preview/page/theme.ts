import type { Theme } from "./colors.ts";

const KEY = "torchserve-check-theme";

/** What somebody chose before; nothing where the browser keeps nothing for this page. */
function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Looks as chosen, else as the system does. */
export function applyTheme(): void {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset["theme"] = chosen() ?? (isDark ? "dark" : "light");
}

/** Changes between light and dark. */
export function switchTheme(): void {
  const next = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It holds for as long as the page is open.
  }
  document.documentElement.dataset["theme"] = next;
}
