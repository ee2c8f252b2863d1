import type { Context } from "hono";
import type { Connection } from "../runtime/serve.ts";
import type { Target } from "./netty.ts";

/** What handlers get with a request. */
export interface State {
  Bindings: { readonly target: Target; readonly connection: Connection };
}

/** A request to a handler. */
export type Call = Context<State>;
