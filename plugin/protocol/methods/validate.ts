import { validateInstance } from "../../config/mod.ts";
import { validateParams } from "../params.ts";
import type { Method } from "../method.ts";

const PARAMS = validateParams();

/** `check/validate`: everything there is to say about an instance, without running it. */
export const validate: Method = async (_params, _context, read) => {
  const params = read(PARAMS);
  const { issues } = await validateInstance(params.instance, params.init_config);
  return { value: { issues } };
};
