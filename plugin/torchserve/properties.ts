/**
 * Reads a Java properties file, as TorchServe's `config.properties` is one (java.util.Properties#load); the last of
 * equal names wins. Escapes of Unicode characters stay as they are.
 */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  const lines = text.split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    let line = (lines[i] ?? "").trimStart();
    if (line === "" || /^[#!]/.test(line)) continue;
    while (isContinued(line) && i + 1 < lines.length) line = line.slice(0, -1) + (lines[++i] ?? "").trimStart();
    const [, name = "", value = ""] = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(line) ?? [];
    properties.set(unescaped(name), unescaped(value).trimEnd());
  }
  return properties;
}

/** Whether a line ends in an odd number of backslashes. */
function isContinued(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

function unescaped(text: string): string {
  return text.replace(/\\([^u])/gs, "$1");
}
