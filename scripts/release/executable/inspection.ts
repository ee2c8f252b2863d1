/** What an executable says of itself. */
export interface Inspection {
  readonly format: "ELF" | "Mach-O" | "PE";
  readonly machine: "x64" | "arm64" | "other";
  /** What loads it (ELF). */
  readonly interpreter?: string;
  /** The libraries that must be there. */
  readonly libraries: readonly string[];
  /** The oldest system that it runs on: `glibc 2.17`, `macOS 13.0`. */
  readonly system?: string;
  /** How it is signed (Mach-O). */
  readonly signature?: Signature;
}

/** The signature of a Mach-O, read back: every page of the file is held against its digest. */
export interface Signature {
  readonly identifier: string;
  /** By nobody, which is all that the system demands to run it. */
  readonly isAdHoc: boolean;
  readonly pages: number;
  /** Pages that are not what was signed; such a program is killed. */
  readonly wrongPages: number;
}
