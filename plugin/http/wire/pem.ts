/** One block of a PEM file (RFC 7468), with its boundaries. */
export interface PemBlock {
  /** As `CERTIFICATE`. */
  readonly label: string;
  readonly text: string;
}

const BOUNDARY = /-----(BEGIN|END) ([A-Z0-9 ]{1,64})-----/g;

/** The blocks of a text, in one pass over it; what stands between them, or has no end, is passed over. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly from: number } | undefined;
  for (const { 0: boundary, 1: side, 2: label = "", index } of text.matchAll(BOUNDARY)) {
    if (side === "BEGIN") open = { label, from: index };
    else {
      if (open?.label === label) blocks.push({ label, text: text.slice(open.from, index + boundary.length) });
      open = undefined;
    }
  }
  return blocks;
}

/** The certificates of a PEM file, `TRUSTED` and `X509` ones too. */
export function certificatesOf(text: string): string[] {
  return pemBlocks(text).filter(({ label }) => /^(?:TRUSTED |X509 )?CERTIFICATE$/.test(label)).map(({ text }) => text);
}

/** The first private key of a PEM file. */
export function privateKeyOf(text: string): string | undefined {
  return pemBlocks(text).find(({ label }) => /(?:^| )PRIVATE KEY$/.test(label))?.text;
}
