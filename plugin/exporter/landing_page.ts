import { VERSION } from "../version.ts";
import type { Settings } from "./settings.ts";

/** A page for a person: what there is, and a form to try a probe. The names of modules are letters, digits, `_-.`. */
export function landingPage({ modules }: Settings): string {
  const options = [...modules.keys()].map((name) => `<option>${name}</option>`).join("");
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>torchserve-check exporter</title></head>
<body>
<h1>torchserve-check exporter ${VERSION}</h1>
<form action="probe">
<label>Target <input name="target" placeholder="host, host:port or URL" required></label>
<label>Module <select name="module">${options}</select></label>
<label><input type="checkbox" name="debug" value="true" checked> with its log</label>
<button>Probe</button>
</form>
<ul>
<li><a href="metrics">Metrics of the exporter itself</a></li>
<li><a href="config">Configuration</a></li>
<li><a href="-/healthy">Health</a></li>
</ul>
</body>
</html>
`;
}
