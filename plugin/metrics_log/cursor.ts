import * as v from "valibot";

/** Of how many bytes at its start a file's content is recognised. */
export const HEAD_BYTES = 256;

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(64));

/** How far a file was read, as it stands in the state. */
export const cursorSchema = v.object({
  /** Device and inode: the file's identity for as long as it exists. */
  device: text,
  inode: text,
  /** Nanoseconds since the epoch of its creation, where the file system knows: inodes are used again. */
  born: text,
  /** The first byte that was not read. For a compressed file in what it holds. */
  offset,
  /** Digest of the first `head_length` bytes: the identity of the content, also of a copy. */
  head: text,
  head_length: v.pipe(offset, v.maxValue(HEAD_BYTES)),
  /** The offset is within a line that is to be passed over. */
  skipping: v.optional(v.literal(true)),
});

/** How far a file was read. */
export type Cursor = v.InferOutput<typeof cursorSchema>;
