import type { PlacedFile } from "./by_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonPath } from "./json_path.ts";

/** A value in a file: findings about what stands in it are added by their paths from it. */
export class Place {
  constructor(readonly file: PlacedFile, readonly path: JsonPath, readonly findings: Findings) {}

  add(path: JsonPath, message: string): void {
    this.findings.add(this.file.path, this.file.lineOf([...this.path, ...path]), message);
  }

  /** A value in this one. */
  at(...path: JsonPath): Place {
    return new Place(this.file, [...this.path, ...path], this.findings);
  }
}
