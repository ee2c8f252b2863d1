import { createHash } from "node:crypto";
import type { Frame } from "../frame.ts";
import type { Layout } from "../layout.ts";

/** The parts of the page that are made of `page/`. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** A mark for the browser's tab; pages ask for one otherwise. */
const ICON = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#e4572e"/>' +
    '<path d="M5 18h6l3-9 5 15 3-6h5" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/></svg>',
);

const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What the page may do: run its own script, look as its own style says, and ask this server. */
export function contentPolicy({ script, style }: PageParts, isExported: boolean): string {
  return [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    "img-src data:",
    ...isExported ? [] : ["connect-src 'self'", "frame-ancestors 'none'"],
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/**
 * The page as one text. With frames it needs no server: it shows them as they are.
 *
 * @param frames what is on the screen, one for each view
 */
export function pageHtml(parts: PageParts, layout: Layout, frames?: readonly Frame[]): string {
  const policy = frames === undefined
    ? ""
    : `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(parts, true)}">`;
  const data = (id: string, value: unknown) =>
    `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>TorchServe preview</title>
<link rel="icon" href="${ICON}">
<style>${parts.style}</style>
</head>
<body>
<noscript>This page draws its charts with a script: allow it, or run torchserve-check --instance.</noscript>
${data("layout", layout)}
${frames === undefined ? "" : data("frames", frames)}
<script>${parts.script}</script>
</body>
</html>
`;
}
