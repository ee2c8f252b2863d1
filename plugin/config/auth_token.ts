import * as v from "valibot";
import { choice, fields, flag, integer, isMapping, mapping, nonEmptyText, oneOf, openFields } from "./schemas.ts";

const required = nonEmptyText;

function file() {
  return fields({ type: oneOf(["file"]), path: required(), pattern: v.optional(nonEmptyText()) });
}

function oauth() {
  return fields({
    type: oneOf(["oauth"]),
    url: required(),
    client_id: required(),
    client_secret: required(),
    basic_auth: v.optional(flag(), false),
    options: v.optional(mapping(v.unknown(), "a mapping of further fields of the token request")),
  });
}

function dcosAuth() {
  return fields({
    type: oneOf(["dcos_auth"]),
    login_url: required(),
    service_account: required(),
    private_key_path: required(),
    expiration: v.optional(integer(), 300),
  });
}

function reader() {
  const readers = [file(), oauth(), dcosAuth()] as const;
  const byType = new Map(Object.entries({ file: readers[0], oauth: readers[1], dcos_auth: readers[2] }));
  const unknown = openFields({ type: oneOf(["file", "oauth", "dcos_auth"]) }, "a mapping with type and its settings");
  return choice(readers, (value) => {
    const type = isMapping(value) ? value.type : undefined;
    return byType.get(typeof type === "string" ? type.trim().toLowerCase() : "") ?? unknown;
  });
}

function writer() {
  return fields({
    type: oneOf(["header"]),
    name: required(),
    value: v.optional(nonEmptyText(), "<TOKEN>"),
    placeholder: v.optional(nonEmptyText(), "<TOKEN>"),
  }, "a mapping with type, name and value");
}

/** `auth_token`: where a token is read from and which header it is written to. */
export function authToken() {
  return v.pipe(
    fields({ reader: reader(), writer: writer() }, "a mapping with reader and writer"),
    v.forward(
      v.check(({ writer }) => writer.value.includes(writer.placeholder), "a text that holds the placeholder"),
      ["writer", "value"],
    ),
  );
}
