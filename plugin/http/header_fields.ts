import { isFieldName, isFieldValue } from "../config/mod.ts";
import { HttpError } from "./errors.ts";

/** Fields that say nothing about who asks: the only ones that follow a redirect to another origin. */
const HARMLESS = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "content-type",
  "pragma",
  "user-agent",
]);

/** Header fields of a request; names are compared without case, and the last writer's spelling wins. */
export class HeaderFields {
  readonly #fields = new Map<string, [name: string, value: string]>();
  /** Of {@linkcode toRecord}, until a field changes. */
  #record: Readonly<Record<string, string>> | undefined;

  constructor(from: Readonly<Record<string, string | number | boolean>> = {}) {
    this.setAll(from);
  }

  get(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())?.[1];
  }

  set(name: string, value: string): void {
    this.#fields.set(name.toLowerCase(), [name, value]);
    this.#record = undefined;
  }

  setAll(fields: Readonly<Record<string, string | number | boolean>>): void {
    for (const [name, value] of Object.entries(fields)) this.set(name, String(value));
  }

  delete(name: string): void {
    this.#record = undefined;
    this.#fields.delete(name.toLowerCase());
  }

  /** Drops all that may identify the asker; `true` when there was something to drop. */
  keepHarmless(): boolean {
    const before = this.#fields.size;
    this.#record = undefined;
    for (const name of [...this.#fields.keys()]) if (!HARMLESS.has(name)) this.#fields.delete(name);
    return this.#fields.size < before;
  }

  clone(): HeaderFields {
    const copy = new HeaderFields();
    for (const [name, field] of this.#fields) copy.#fields.set(name, field);
    return copy;
  }

  /** The same object until a field changes. */
  toRecord(): Readonly<Record<string, string>> {
    return this.#record ??= Object.fromEntries(this.#fields.values());
  }
}

/** @throws {HttpError} `config`, naming the field but not its value. */
export function assertField(name: string, value: string): void {
  if (!isFieldName(name)) {
    throw new HttpError("config", `${JSON.stringify(name.slice(0, 100))} cannot be the name of a header`);
  }
  if (!isFieldValue(value)) {
    throw new HttpError(
      "config",
      `The value of the header ${name} has characters that a header cannot have`,
      "use Latin-1 characters without line breaks",
    );
  }
}
