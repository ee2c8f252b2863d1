import { candidates } from "../../discover/mod.ts";
import { discoveryParams } from "../params.ts";
import type { Method } from "../method.ts";

const PARAMS = discoveryParams();

/** `discovery/candidates`: instances that a host may try on a service it has found. */
export const discovery: Method = (_params, _context, read) => {
  const { service } = read(PARAMS);
  return { value: { instances: candidates(service) } };
};
