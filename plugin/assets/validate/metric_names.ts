/** The names of metrics in a text with queries. */
export const metricNamesIn = (text: string): string[] =>
  [...text.matchAll(/(?:avg|sum|min|max):([\w.]+)\{/g)].map(([, name = ""]) => name);
