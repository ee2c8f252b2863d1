import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import type { OptionName, Values } from "./options.ts";

/** An option that acts only beside another one: where it is set alone, somebody expects what does not happen. */
interface Dependent {
  readonly name: OptionName;
  readonly needs: string;
  readonly isMet: (options: Values) => boolean;
}

const isSet = (value: unknown) => value !== undefined && value !== "" && value !== false;
const signs = ({ auth_type: type }: Values) => type === "aws";

const DEPENDENTS: readonly Dependent[] = [
  { name: "hostname_format", needs: "hostname_label", isMet: (options) => isSet(options.hostname_label) },
  { name: "tls_private_key", needs: "tls_cert", isMet: (options) => isSet(options.tls_cert) },
  {
    name: "tls_private_key_password",
    needs: "tls_private_key",
    // The key may stand in the file of the certificate.
    isMet: (options) => isSet(options.tls_private_key) || isSet(options.tls_cert),
  },
  { name: "token_renew", needs: "token_key_file", isMet: (options) => isSet(options.token_key_file) },
  { name: "aws_region", needs: "auth_type: aws", isMet: signs },
  { name: "aws_host", needs: "auth_type: aws", isMet: signs },
  { name: "aws_service", needs: "auth_type: aws", isMet: signs },
];

/** Warns of options that do nothing without another one. */
export function warnOfNoEffect(options: Values, path: string, issues: IssueList): void {
  for (const { name, needs, isMet } of DEPENDENTS) {
    if (isSet(options[name]) && !isMet(options)) {
      issues.warning(child(path, name), `${name} has no effect without ${needs}.`);
    }
  }
}
