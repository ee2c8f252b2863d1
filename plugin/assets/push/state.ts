import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { replaceFile } from "../../runtime/replace_file.ts";

/** Who may read it: nobody else. */
const MODE = 0o600;

const record = v.object({ id: v.string(), answer: v.string() });
const fields = v.record(v.string(), v.nullable(v.string()));
const schema = v.object({
  version: v.literal(1),
  backend: v.string(),
  things: v.record(v.string(), record),
  metadata: v.record(v.string(), v.object({ before: fields, sent: fields })),
});

/** What is remembered of a thing that was written. */
export interface WrittenThing {
  readonly id: string;
  /** The digest of what the server then said that it is. */
  readonly answer: string;
}

/** Values of a metric's fields; `null`: none. */
export type Fields = Readonly<Record<string, string | null>>;

/**
 * What earlier pushes made, in a file of its user. Each write is kept at once, so that a push that was cut off goes on
 * where it was.
 */
export class PushState {
  readonly #things: Map<string, WrittenThing>;
  readonly #metadata: Map<string, { readonly before: Fields; readonly sent: Fields }>;
  #saving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string | undefined,
    private readonly backend: string,
    read?: v.InferOutput<typeof schema>,
  ) {
    this.#things = new Map(Object.entries(read?.things ?? {}));
    this.#metadata = new Map(Object.entries(read?.metadata ?? {}));
  }

  /**
   * @param path of the file; `undefined`: nothing is remembered
   * @param backend the address that it is about: the same file is not used for another one
   * @throws {Error} when the file is not one of ours, or is about another backend
   */
  static async read(path: string | undefined, backend: string): Promise<PushState> {
    if (path === undefined) return new PushState(path, backend);
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new Error(`the state file ${path} cannot be read: ${error.message}`);
    });
    if (text === undefined) return new PushState(path, backend);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const read = v.safeParse(schema, value);
    if (!read.success) throw new Error(`${path} is no state file of assets push: name another one, or remove it`);
    if (read.output.backend !== backend) {
      throw new Error(`${path} is about ${read.output.backend}, not ${backend}: name another one with --state`);
    }
    return new PushState(path, backend, read.output);
  }

  /** Writes it as it is, so that a file that cannot be written is found before anything is done. */
  async check(): Promise<void> {
    await this.#save();
  }

  thing(name: string): WrittenThing | undefined {
    return this.#things.get(name);
  }

  metadata(name: string): { readonly before: Fields; readonly sent: Fields } | undefined {
    return this.#metadata.get(name);
  }

  async keepThing(name: string, kept: WrittenThing | undefined): Promise<void> {
    if (kept === undefined) this.#things.delete(name);
    else this.#things.set(name, kept);
    await this.#save();
  }

  async keepMetadata(
    name: string,
    kept: { readonly before: Fields; readonly sent: Fields } | undefined,
  ): Promise<void> {
    if (kept === undefined) this.#metadata.delete(name);
    else this.#metadata.set(name, kept);
    await this.#save();
  }

  #save(): Promise<void> {
    const { path } = this;
    if (path === undefined) return Promise.resolve();
    const save = this.#saving.then(() => {
      const value = {
        version: 1,
        backend: this.backend,
        things: Object.fromEntries(this.#things),
        metadata: Object.fromEntries(this.#metadata),
      };
      return replaceFile(path, `${JSON.stringify(value, null, 2)}\n`, MODE);
    });
    this.#saving = save.catch(() => {});
    return save;
  }
}
