import { Option } from "commander";

/** An option that may be given several times, each time with one more value. */
export class RepeatableOption extends Option {
  readonly isRepeatable = true;
}

/** Whether an option may stand several times on a command line. */
export function isRepeatable(option: Option): boolean {
  return option.variadic || option instanceof RepeatableOption;
}
