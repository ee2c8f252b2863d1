/** A value that nobody changes, all the way down. */
export type Frozen<T> = T extends readonly (infer I)[] ? readonly Frozen<I>[]
  : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> }
  : T;
