import { authorizationSetBy } from "./authorization.ts";
import { endpointUrl } from "./endpoint.ts";
import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import type { Instance, OptionName } from "./options.ts";

/** What the types of authentication cannot do without. */
const NEEDED: Readonly<Partial<Record<Instance["auth_type"], readonly OptionName[]>>> = {
  digest: ["username", "password"],
  ntlm: ["ntlm_domain", "password"],
  aws: ["aws_region", "aws_host", "aws_service"],
};

/** The rules that tie options to each other. */
export function checkRules(options: Instance, path: string, issues: IssueList): void {
  for (const name of NEEDED[options.auth_type] ?? []) {
    if (options[name] === undefined || options[name] === "") {
      issues.error(child(path, name), `Found nothing; expected a value: auth_type ${options.auth_type} needs it.`);
    }
  }
  if (options.auth_type === "basic" && (options.username === undefined) !== (options.password === undefined)) {
    const [set, missing] = options.username === undefined ? ["password", "username"] : ["username", "password"];
    issues.warning(child(path, set), `${set} has no effect without ${missing}.`);
  }
  if (options.hostname_label !== "" && options.hostname_format !== "") {
    if (!options.hostname_format.includes("<HOSTNAME>")) {
      issues.error(
        child(path, "hostname_format"),
        "Found a format without placeholder; expected a text that holds <HOSTNAME>.",
      );
    }
  }
  if (options.tls_private_key !== undefined && options.tls_cert === undefined) {
    issues.warning(child(path, "tls_private_key"), "tls_private_key has no effect without tls_cert.");
  }
  if (options.token_renew && options.token_key_file === undefined) {
    issues.warning(child(path, "token_renew"), "token_renew has no effect without token_key_file.");
  }
  checkToken(options, path, issues);
  const probe = options.inference_probe;
  if (probe?.body !== undefined && probe.body_file !== undefined) {
    issues.error(child(path, "inference_probe"), "Found body and body_file; expected only one of them.");
  }
}

function checkToken(options: Instance, path: string, issues: IssueList): void {
  if (options.token_api_url !== undefined) {
    endpointUrl(options.token_api_url, child(path, "token_api_url"), issues);
  }
  const other = options.token_key_file === undefined ? undefined : authorizationSetBy(options);
  if (other !== undefined) {
    issues.warning(
      child(path, "token_key_file"),
      `token_key_file has no effect: ${other} sets the Authorization header, and a request has only one.`,
    );
  }
}
