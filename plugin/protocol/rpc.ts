import * as v from "valibot";

/** JSON-RPC 2.0's own error codes, and the one of `$/cancel` (the Language Server Protocol's RequestCancelled). */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  cancelled: -32800,
} as const;

/** A request that cannot be answered: for faults of the protocol only, never for those of a target. */
export class RpcError extends Error {
  override readonly name = "RpcError";

  constructor(readonly code: number, message: string) {
    super(message);
  }
}

export const idSchema = v.union([v.string(), v.number(), v.null()]);
export type Id = v.InferOutput<typeof idSchema>;

/** JSON-RPC 2.0, section 4. Without `id` it is a notification. */
export const messageSchema = v.object({
  jsonrpc: v.literal("2.0"),
  id: v.optional(idSchema),
  method: v.string(),
  params: v.optional(v.union([v.record(v.string(), v.unknown()), v.array(v.unknown())])),
});

/** One line, as JSON: a reply. */
export const resultLine = (id: Id, result: string) => [...resultPieces(id, [result])].join("");

/** The same in pieces, of a result that is in pieces itself. */
export function* resultPieces<Piece>(id: Id, result: Iterable<Piece>): Generator<Piece | string> {
  yield `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`;
  yield* result;
  yield "}\n";
}

export const errorLine = (id: Id, { code, message }: { readonly code: number; readonly message: string }) =>
  `${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n`;

/** One line, as JSON: a notification of which `params` is JSON already. */
export const notificationLine = (method: string, params: string) =>
  `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${params}}\n`;

/** Reads the params of a method, or says which of them is wrong. */
export function readParams<const Schema extends v.GenericSchema>(
  schema: Schema,
  params: unknown,
  method: string,
): v.InferOutput<Schema> {
  const read = v.safeParse(schema, params ?? {});
  if (read.success) return read.output;
  const [issue] = read.issues;
  const path = v.getDotPath(issue) ?? "params";
  throw new RpcError(RPC.invalidParams, `${method}: ${path}: expected ${issue.expected}, received ${issue.received}`);
}
