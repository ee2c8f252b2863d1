import { badRequest, modelNotFound, TorchServeError, versionNotFound } from "./errors.ts";
import { hashMapOrder, hashOfString, toGson } from "./java.ts";
import type { ModelSpec } from "./model_spec.ts";
import { describeVersion, type Description, type ModelVersion } from "./model_version.ts";
import type { Worker, WorkerFactory } from "./workers.ts";

interface Model {
  readonly versions: Map<string, ModelVersion>;
  defaultVersion: string;
}

export interface RegistryOptions {
  readonly now: () => number;
  readonly factory: WorkerFactory;
  /** Called for each new worker that will load. */
  readonly onWorker: (worker: Worker, model: ModelVersion) => void;
}

/** The models of a TorchServe, with the rules of its management API. Responses are rendered once and kept. */
export class ModelRegistry {
  readonly #models = new Map<string, Model>();
  readonly #startup = new Set<string>();
  readonly #descriptions = new Map<string, string>();
  readonly #pages = new Map<string, string>();
  #names: string[] | undefined;

  constructor(private readonly options: RegistryOptions) {}

  /**
   * Adds a version and starts its workers.
   *
   * @throws {TorchServeError} 409 when the version is there already.
   */
  register(spec: ModelSpec, loadedAtStartup = false): ModelVersion {
    const version = spec.version ?? "1.0";
    const workers = spec.workers ?? 1;
    const added: ModelVersion = {
      spec,
      name: spec.name,
      version,
      marFile: spec.marFile ?? `${spec.name}.mar`,
      minWorkers: spec.minWorkers ?? workers,
      maxWorkers: spec.maxWorkers ?? Math.max(workers, spec.minWorkers ?? 0),
      workers: [],
      remainingCapacity: spec.remainingCapacity ?? 100,
      pendingRequests: spec.pendingRequests ?? 0,
    };
    const model = this.#models.get(spec.name);
    if (model === undefined) {
      this.#models.set(spec.name, { versions: new Map([[version, added]]), defaultVersion: version });
    } else if (model.versions.has(version)) {
      const message = `Model version ${version} is already registered for model ${spec.name}`;
      throw new TorchServeError(409, "ConflictStatusException", message);
    } else {
      model.versions.set(version, added);
      if (spec.default === true) model.defaultVersion = version;
    }
    if (loadedAtStartup) this.#startup.add(spec.name);
    this.#addWorkers(added, workers);
    this.changed(spec.name);
    return added;
  }

  /**
   * Removes a version, or the default one.
   *
   * @throws {TorchServeError} 404; 403 for a default version that is not the only one.
   */
  unregister(name: string, version?: string): void {
    const model = this.#models.get(name);
    if (model === undefined) throw modelNotFound(name);
    const removed = version ?? model.defaultVersion;
    if (removed === model.defaultVersion && model.versions.size > 1) {
      const message = `Cannot remove default version for model ${name}`;
      throw new TorchServeError(403, "InvalidModelVersionException", message);
    }
    if (!model.versions.delete(removed)) throw versionNotFound(name, removed);
    if (model.versions.size === 0) this.#models.delete(name);
    this.#startup.delete(name);
    this.changed(name);
  }

  /** @throws {TorchServeError} 404. */
  setDefault(name: string, version: string): void {
    const model = this.#models.get(name);
    if (model === undefined) throw modelNotFound(name);
    if (!model.versions.has(version)) {
      // The words differ from those of the other 404 about a version.
      const message = `Model version ${version} does not exist for model ${name}`;
      throw new TorchServeError(404, "ModelVersionNotFoundException", message);
    }
    model.defaultVersion = version;
    this.changed(name);
  }

  /**
   * Starts or stops workers of a version, or of the default one.
   *
   * @throws {TorchServeError} 400 for a maximum below the minimum, 404, and 500 for a negative number.
   */
  scale(name: string, version: string | undefined, minWorkers: number, maxWorkers = minWorkers): ModelVersion {
    if (maxWorkers < minWorkers) throw badRequest("max_worker cannot be less than min_worker.");
    const model = this.get(name, version);
    model.minWorkers = minWorkers;
    model.maxWorkers = maxWorkers;
    // TorchServe forgets all workers of a model that needs none, whatever the maximum says.
    if (minWorkers === 0) model.workers = [];
    else if (model.workers.length < minWorkers) this.#addWorkers(model, minWorkers - model.workers.length);
    else model.workers.splice(Math.max(0, maxWorkers));
    this.changed(name);
    if (maxWorkers < 0) {
      const message = `Index ${maxWorkers} out of bounds for length 0`;
      throw new TorchServeError(500, "IndexOutOfBoundsException", message);
    }
    return model;
  }

  /** @throws {TorchServeError} 404. */
  get(name: string, version?: string): ModelVersion {
    const model = this.#models.get(name);
    if (model === undefined) throw modelNotFound(name);
    const found = model.versions.get(version ?? model.defaultVersion);
    if (found === undefined) throw versionNotFound(name, version ?? model.defaultVersion);
    return found;
  }

  /** Names in the order of Java's `Collections.sort`: by UTF-16 code unit. */
  names(): readonly string[] {
    return this.#names ??= [...this.#models.keys()].sort();
  }

  /** All versions of all models. */
  *all(): Iterable<ModelVersion> {
    for (const model of this.#models.values()) yield* model.versions.values();
  }

  /** Changes what is said of workers: their status, memory, health. `change` gets each worker of the version. */
  setWorkers(name: string, version: string | undefined, change: (worker: Worker, index: number) => void): void {
    this.get(name, version).workers.forEach(change);
    this.changed(name);
  }

  /** Forgets the rendered responses; needed after changing a {@linkcode ModelVersion} directly. */
  changed(name?: string): void {
    this.#pages.clear();
    this.#names = undefined;
    if (name === undefined) this.#descriptions.clear();
    else this.#descriptions.delete(name);
  }

  /** Whether every model's default version has as many healthy workers as it needs: what `/ping` tells. */
  healthy(): boolean {
    for (const model of this.#models.values()) {
      const version = model.versions.get(model.defaultVersion);
      if (version === undefined) continue;
      if (version.workers.filter((worker) => worker.healthy).length < version.minWorkers) return false;
    }
    return true;
  }

  /** The response to `GET /models`. A limit that is negative or over 100 means 100. */
  page(limit: number, token: number): string {
    const size = limit > 100 || limit < 0 ? 100 : limit;
    const from = Math.max(0, token);
    const key = `${size} ${from}`;
    const kept = this.#pages.get(key);
    if (kept !== undefined) return kept;
    const names = this.names();
    const end = from + size;
    const body = names.slice(from, end).map((name) => ({ modelName: name, modelUrl: this.get(name).marFile }));
    // A page that ends exactly at the last model still carries a token, and so does an empty page of limit 0.
    const text = toGson(end <= names.length ? { nextPageToken: String(end), models: body } : { models: body });
    if (this.#pages.size < 1000) this.#pages.set(key, text);
    return text;
  }

  /**
   * The response to `GET /models/NAME[/VERSION]`; version `all` gives all of them.
   *
   * @throws {TorchServeError} 404.
   */
  describe(name: string, version?: string, customizedMetadata?: unknown): string {
    if (version !== "all") {
      const body = this.#describe(this.get(name, version)).body;
      return toGson([customizedMetadata === undefined ? body : { ...body, customizedMetadata }]);
    }
    const kept = this.#descriptions.get(name);
    if (kept !== undefined) return kept;
    const model = this.#models.get(name);
    if (model === undefined) throw modelNotFound(name);
    const described = hashMapOrder([...model.versions.values()], ({ version }) => hashOfString(version))
      .map((each) => this.#describe(each));
    const text = toGson(described.map(({ body }) => body));
    if (described.every(({ settled }) => settled)) this.#descriptions.set(name, text);
    return text;
  }

  #addWorkers(model: ModelVersion, count: number): void {
    const { loadMs = 0, broken = false, gpuUsage } = model.spec;
    for (let i = 0; i < count; i++) {
      const worker = this.options.factory.make({ nowMs: this.options.now(), loadMs, broken, gpu: gpuUsage });
      model.workers.push(worker);
      if (!broken) this.options.onWorker(worker, model);
    }
  }

  #describe(model: ModelVersion): Description {
    return describeVersion(model, this.options.now(), this.#startup.has(model.name));
  }
}
