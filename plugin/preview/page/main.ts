import type { Frame } from "../frame.ts";
import type { Layout } from "../layout.ts";
import { App } from "./app.ts";

/** Starts the page: with what the server put into it, and frames where it was saved. */
function data<T>(id: string): T | undefined {
  const text = document.getElementById(id)?.textContent;
  return text === undefined || text === null ? undefined : JSON.parse(text) as T;
}

const layout = data<Layout>("layout");
if (layout !== undefined) new App(layout, data<Frame[]>("frames")).start();
