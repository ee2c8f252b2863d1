import { renderedAssets, type Renderer } from "../assets/mod.ts";
import { writeAssetFiles } from "./asset_files.ts";

/** What `assets render` takes. */
export interface RenderOptions {
  readonly output: string;
  readonly force: boolean;
  readonly runbooks?: string;
}

/** `assets render`: writes the dashboards or monitors in the form of another backend. */
export async function renderAssets(renderer: Renderer, { output, force, runbooks }: RenderOptions): Promise<void> {
  await writeAssetFiles(output, await renderedAssets(renderer, { output, runbooks }), force);
}
