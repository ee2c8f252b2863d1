import { resolve } from "node:path";
import { stringify } from "yaml";
import { embeddedAssets } from "../asset_texts.ts";

const FROM = "assets/grafana/";
/** Where the dashboards lie in what is rendered. */
const DASHBOARDS = "dashboards";

/**
 * The dashboards with files for Grafana's provisioning
 * (https://grafana.com/docs/grafana/latest/administration/provisioning/): texts by path.
 *
 * @param directory where they will lie
 */
export async function renderedDashboards(directory: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [path, text] of await embeddedAssets()) {
    if (path.startsWith(FROM)) files.set(`${DASHBOARDS}/torchserve-${path.slice(FROM.length)}`, text);
  }
  files.set("provisioning/dashboards/torchserve.yaml", provider(resolve(directory, DASHBOARDS)));
  files.set("provisioning/datasources/prometheus.yaml.example", DATASOURCE);
  return files;
}

function provider(path: string): string {
  return `# For Grafana's folder provisioning/dashboards. "path" is where the dashboards lie on the machine of Grafana.
${
    stringify({
      apiVersion: 1,
      providers: [{
        name: "torchserve",
        folder: "TorchServe",
        type: "file",
        disableDeletion: false,
        allowUiUpdates: false,
        options: { path },
      }],
    })
  }`;
}

const DATASOURCE = `# Where Grafana has no Prometheus yet: without ".example" for its folder provisioning/datasources.
# timeInterval is the scrape interval: rates look at four of them.
apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    access: proxy
    url: http://127.0.0.1:9090
    isDefault: true
    jsonData:
      timeInterval: 15s
`;
