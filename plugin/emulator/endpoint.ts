/** The three servers of a TorchServe. */
export type Endpoint = "inference" | "management" | "metrics";
