import { Bundle, type Source, type Target } from "./bundles.ts";
import type { Item } from "./items.ts";
import { type Manifest, manifestOf, readManifest } from "./manifest.ts";
import { Owners } from "./owners.ts";
import type { HostName } from "./places.ts";
import { type Content, digestOf, type Found, type Owner } from "./root.ts";
import type { Outcome, Step } from "./steps.ts";
import { twice } from "./twice.ts";

/** How to install. */
export interface InstallOptions {
  /** Say what would be done. */
  readonly dryRun: boolean;
  /** Replace programs that somebody changed; the old ones are kept beside them. */
  readonly force: boolean;
  /** Of this program. */
  readonly version: string;
}

/** What a replaced file is called afterwards. */
const SAVED = ".saved";

/**
 * Installs everything of a host, or brings an older installation up to date. What the user changed stays. Doing it
 * twice does nothing the second time.
 *
 * @throws {InstallError} when it cannot be done at all
 * @throws what the file system says
 */
export async function install(
  host: HostName,
  target: Target,
  source: Source,
  options: InstallOptions,
): Promise<Outcome> {
  const bundle = Bundle.of(host, target, source);
  const manifest = await readManifest(target);
  const before = manifest.program;
  const installation = new Installation(host, target, manifest, options);
  for (const item of await bundle.items()) await installation.install(item);
  if (!options.dryRun && installation.steps.some(({ action }) => action !== "blocked")) await installation.keep();
  return {
    steps: installation.steps,
    notes: [...new Set(installation.notes)],
    warnings: host === "datadog" ? await twice(target) : [],
    isDone: installation.steps.every(({ action }) => action !== "blocked"),
    ...(before === "" || before === options.version ? {} : { before }),
  };
}

class Installation {
  readonly steps: Step[] = [];
  readonly notes: string[] = [];
  readonly #owners: Owners;
  readonly #path: string;
  /** The text of the manifest as it is on disk. */
  #written: string;

  constructor(
    readonly host: HostName,
    readonly target: Target,
    readonly manifest: Manifest,
    readonly options: InstallOptions,
  ) {
    this.#owners = new Owners(target.root);
    this.#path = manifestOf(target);
    this.#written = `${JSON.stringify(manifest, null, 2)}\n`;
  }

  /** Decides what to do with one item, and does it. */
  async install(item: Item): Promise<void> {
    const { path, kind } = item;
    const found = await this.target.root.find(path);
    const known = this.manifest.files[path];
    if (kind === "first" && found.kind !== "nothing") {
      if (known !== undefined) this.#record(path, known.digest);
      return this.#step(path, "keep", "a configuration is there");
    }
    if (found.kind === "nothing" && known !== undefined && kind !== "program") {
      return this.#step(path, "keep", "it was removed after it was installed");
    }
    const content = await item.content();
    if (content === undefined) return;
    const digest = await digestOf(content);
    if (found.kind === "nothing") return await this.#write(item, content, digest, "create");
    if (isSame(found, digest)) {
      if (known !== undefined) this.#record(path, digest);
      return await this.#sameContent(item, found);
    }
    if (known !== undefined && isSame(found, known.digest)) return await this.#write(item, content, digest, "replace");
    const whose = known === undefined ? "it is not of our making" : "it was changed after it was installed";
    if (kind === "configuration") {
      if (known !== undefined) this.#record(path, known.digest);
      return this.#step(path, "keep", whose);
    }
    if (this.options.force && (found.kind === "file" || found.kind === "link")) {
      if (!this.options.dryRun) await this.target.root.setAside(path, `${path.split("/").at(-1)}${SAVED}`);
      return await this.#write(item, content, digest, "replace", `${whose}; the old one is ${path}${SAVED}`);
    }
    this.#step(path, "blocked", found.kind === "directory" ? "a directory is there" : `${whose}: --force replaces it`);
  }

  /** Writes down what is installed, where that is something new. */
  async keep(): Promise<void> {
    const { manifest, host, target: { root } } = this;
    manifest.program = this.options.version;
    if (!manifest.hosts.includes(host)) manifest.hosts.push(host);
    const write = async () => {
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      if (text === this.#written) return [];
      const made = await root.write(this.#path, { text }, 0o644, await this.#owners.rootAnd(undefined));
      this.#written = text;
      return made;
    };
    manifest.directories.push(...await write());
    await write();
  }

  async #sameContent({ path, kind, mode }: Item, found: Found): Promise<void> {
    const lacks = kind === "program" && found.kind === "file" && (found.mode & mode) !== mode;
    if (!lacks) return this.#step(path, "same", "");
    if (!this.options.dryRun) await this.target.root.setMode(path, mode);
    this.#step(path, "replace", `mode ${octal(mode)}`);
  }

  async #write(item: Item, content: Content, digest: string, action: "create" | "replace", why = ""): Promise<void> {
    const { path, mode, group } = item;
    const owner = await this.#ownerOf(item);
    if (!this.options.dryRun) {
      const made = await this.target.root.write(path, content, mode, owner);
      this.manifest.directories.push(...made.filter((directory) => !this.manifest.directories.includes(directory)));
      this.#record(path, digest);
      // After each file: whatever ends us, what is there is known.
      await this.keep();
    }
    const who = owner === undefined ? "" : ` root:${owner.gid === 0 ? "root" : group}`;
    const how = "linkTo" in content ? `a link to ${content.linkTo}` : `${octal(mode)}${who}`;
    this.#step(path, action, why === "" ? how : `${how}; ${why}`);
  }

  async #ownerOf({ path, group }: Item): Promise<Owner | undefined> {
    const owner = await this.#owners.rootAnd(group);
    if (owner === undefined) {
      if (this.target.platform !== "win32") {
        this.notes.push("Everything is owned by who runs this: only root may give files away.");
      }
    } else if (group !== undefined && owner.gid === 0) {
      this.notes.push(`There is no group ${group}: only root may read ${path}. Once there is: chgrp ${group} ${path}`);
    }
    return owner;
  }

  #record(path: string, digest: string): void {
    const hosts = this.manifest.files[path]?.hosts ?? [];
    this.manifest.files[path] = { digest, hosts: hosts.includes(this.host) ? hosts : [...hosts, this.host] };
  }

  #step(path: string, action: Step["action"], note: string): void {
    this.steps.push({ path, action, note });
  }
}

function isSame(found: Found, digest: string): boolean {
  return (found.kind === "file" || found.kind === "link") && found.digest === digest;
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");
