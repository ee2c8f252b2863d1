/**
 * Dashboards for Grafana, over what Prometheus has of the exporter or of the text file.
 *
 * @module
 */
export { grafanaDashboard } from "./dashboard.ts";
