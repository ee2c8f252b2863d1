/** What a configuration may hold. A limit that is exceeded is an issue of the configuration. */
export const LIMITS = {
  /** Of a file. A Kubernetes ConfigMap, the largest usual carrier of such a file, ends at 1 MiB. */
  fileCharacters: 1_048_576,
  fileInstances: 1_000,
  /** Of all instances of a file together: aliases can repeat what stands there once. */
  fileValues: 100_000,
  instanceValues: 50_000,
  nesting: 16,
  /** Of one text. */
  textCharacters: 65_536,
  /** What requests add to an address has room in the longest URL that is requested. */
  addressCharacters: 8_192,
  /** Header fields of one option. Servers refuse more than some hundred, and adding them takes quadratic time. */
  headers: 256,
  /** Regular expressions of an instance that have to be compiled: these and their characters take some 0.5 s at most. */
  patterns: 2_000,
  patternCharacters: 65_536,
} as const;
