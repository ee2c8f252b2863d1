/** The integration's assets, by their paths in the repository. */
export const ASSETS = {
  manifest: "manifest.json",
  metadata: "metadata.csv",
  service_checks: "assets/service_checks.json",
} as const;
