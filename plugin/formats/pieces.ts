import type { Format, InstanceReport, Pieces, Rendered } from "./format.ts";

/** All pieces of a round together. */
export function together(pieces: Pieces, reports: readonly InstanceReport[]): Rendered {
  const text = pieces.head + reports.map((of) => pieces.next(of)).join("");
  const end = pieces.end();
  return { ...end, text: text + end.text };
}

/** What a format is that has a text for each report, and nothing else. */
export function eachReport(
  textOf: (of: InstanceReport, options: { readonly quiet: boolean }) => string,
): Required<Pick<Format, "render" | "pieces">> {
  const pieces = (options: { readonly quiet: boolean }): Pieces => ({
    head: "",
    next: (of) => textOf(of, options),
    end: () => ({ text: "" }),
  });
  return {
    render: ({ reports }, options) => together(pieces(options), reports),
    pieces: (_round, options) => pieces(options),
  };
}
