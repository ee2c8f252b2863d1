import { authorizationSetBy, missingCredentials } from "./authentication.ts";
import { checkConnection } from "./connection_rules.ts";
import { endpointUrl } from "./endpoint.ts";
import { child } from "./found.ts";
import { checkHeaders } from "./header_rules.ts";
import type { IssueList } from "./issue_list.ts";
import type { Values } from "./options.ts";
import { warnOfNoEffect } from "./without_effect.ts";

/** The rules that tie options to each other. */
export function checkRules(options: Values, path: string, issues: IssueList): void {
  const missing = missingCredentials(options);
  for (const name of missing.names) {
    issues.error(child(path, name), `Found nothing; expected a value: auth_type ${missing.kind} needs it.`);
  }
  if (missing.kind === "basic" && (options.username === undefined) !== (options.password === undefined)) {
    const [set, missing] = options.username === undefined ? ["password", "username"] : ["username", "password"];
    issues.warning(child(path, set), `${set} has no effect without ${missing}.`);
  }
  const { hostname_label: label = "", hostname_format: format = "" } = options;
  if (label !== "" && format !== "") {
    if (!format.includes("<HOSTNAME>")) {
      issues.error(
        child(path, "hostname_format"),
        "Found a format without placeholder; expected a text that holds <HOSTNAME>.",
      );
    }
  }
  warnOfNoEffect(options, path, issues);
  checkConnection(options, path, issues);
  checkToken(options, path, issues);
  checkHeaders(options, path, issues);
  const probe = options.inference_probe;
  if (probe?.body !== undefined && probe.body_file !== undefined) {
    issues.error(child(path, "inference_probe"), "Found body and body_file; expected only one of them.");
  }
}

function checkToken(options: Values, path: string, issues: IssueList): void {
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
