import { VERSION } from "../../version.ts";
import { initializeParams, PROTOCOL_VERSION } from "../params.ts";
import type { Method } from "../method.ts";

const PARAMS = initializeParams();

/** `initialize`: who talks to whom, and where state is kept. Optional; the last one counts. */
export const initialize: Method = (_params, context, read) => {
  context.initialize(read(PARAMS));
  return {
    value: {
      protocol_version: PROTOCOL_VERSION,
      plugin: { name: "torchserve-check", version: VERSION },
      capabilities: {
        cancel: true,
        overlapping: true,
        parts: true,
        state: true,
        discovery: true,
        log: true,
        series: true,
      },
    },
  };
};
