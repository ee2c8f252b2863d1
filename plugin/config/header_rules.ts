import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import type { Values } from "./options.ts";

/** A token (RFC 9110, 5.6.2). */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A field value (RFC 9110, 5.5), as Latin-1: no control characters but the tab. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a text can be the name of a header field. */
export const isFieldName = (name: string): boolean => FIELD_NAME.test(name);

/** Whether a text can be the value of a header field. */
export const isFieldValue = (value: string): boolean => FIELD_VALUE.test(value);

/**
 * Reports what no request can carry in `headers` and `extra_headers`. Neither a name that is wrong nor a value is
 * shown: what was pasted there may be a secret.
 */
export function checkHeaders(options: Values, path: string, issues: IssueList): void {
  for (const option of ["headers", "extra_headers"] as const) {
    const fields = Object.entries(options[option] ?? {});
    const at = child(path, option);
    if (fields.length > LIMITS.headers) {
      issues.error(at, `Found ${fields.length} headers; expected at most ${LIMITS.headers}.`);
      continue;
    }
    for (const [index, [name, value]] of fields.entries()) {
      if (!isFieldName(name)) {
        const expected = "letters, digits and dashes, without blanks and colons";
        issues.error(at, `Found as number ${index + 1} a name that no header can have; expected ${expected}.`);
      } else if (!isFieldValue(String(value))) {
        const expected = "Latin-1 characters without line breaks";
        issues.error(child(at, name), `Found a value that no header can have; expected ${expected}.`);
      }
    }
  }
}
