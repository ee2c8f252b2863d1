import { basicCredentials, type Credentials } from "../credentials.ts";
import type { Authentication } from "./authentication.ts";

/** Sends user name and password with every request, without being asked. */
export class BasicAuthentication implements Authentication {
  readonly #value: string;

  /** @throws {HttpError} `config`, for characters that the encoding does not have. */
  constructor(credentials: Credentials, latin1: boolean) {
    this.#value = basicCredentials(credentials, latin1);
  }

  authorize({ headers }: { readonly headers: { set(name: string, value: string): void } }): void {
    headers.set("Authorization", this.#value);
  }
}
