/** A response with TorchServe's error body: `code`, `type` (the Java exception's name), `message`. */
export class TorchServeError extends Error {
  constructor(readonly status: number, readonly type: string, message: string) {
    super(message);
    this.name = type;
  }
}

export function modelNotFound(name: string): TorchServeError {
  return new TorchServeError(404, "ModelNotFoundException", `Model not found: ${name}`);
}

export function versionNotFound(name: string, version: string): TorchServeError {
  return new TorchServeError(
    404,
    "ModelVersionNotFoundException",
    `Model version: ${version} does not exist for model: ${name}`,
  );
}

export function resourceNotFound(): TorchServeError {
  return new TorchServeError(
    404,
    "ResourceNotFoundException",
    "Requested resource is not found, please refer to API document.",
  );
}

export function methodNotAllowed(): TorchServeError {
  return new TorchServeError(
    405,
    "MethodNotAllowedException",
    "Requested method is not allowed, please refer to API document.",
  );
}

export function badRequest(message: string): TorchServeError {
  return new TorchServeError(400, "BadRequestException", message);
}

/** `purpose` is `inference` or `describe`. */
export function noWorker(
  name: string,
  version: string | undefined,
  purpose: "inference" | "describe",
): TorchServeError {
  const model = version === undefined ? `Model "${name}"` : `Model "${name}" Version ${version}"`;
  const sequences = purpose === "describe"
    ? ""
    : " If this is a sequence inference, please check if it is closed, or expired; or exceeds maxSequenceJobQueueSize";
  return new TorchServeError(
    503,
    "ServiceUnavailableException",
    `${model} has no worker to serve ${purpose} request. Please use scale workers API to add workers.${sequences}`,
  );
}
