import type { FamilyParts } from "./family.ts";
import { areNameCharacters, type Descriptor } from "./openmetrics_metadata.ts";
import type { Line, Problems } from "./problems.ts";
import { RULES, type SampleRules, SUFFIXES } from "./rules.ts";
import type { Source } from "./source.ts";
import type { MetricType } from "./types.ts";

/** The family that is read: what its metadata says (OpenMetrics 1.0, "MetricFamily metadata"), and whether it is right. */
export class OpenFamily implements Line {
  name = "";
  nameStart = 0;
  nameEnd = 0;
  type: MetricType = "unknown";
  /** Those of the type. */
  rules: readonly SampleRules[] = RULES.unknown;
  unit = "";
  helpStart = 0;
  helpEnd = 0;
  /** The line that started it. */
  line = 0;
  lineStart = 0;
  /** A rule about the whole family is broken: it is not delivered. */
  isBroken = false;
  /** One of its lines could not be read: it is not judged by what it lacks. */
  lacksSamples = false;
  hasType = false;
  #hasHelp = false;
  #hasUnit = false;
  readonly #source: Source;
  readonly #problems: Problems;

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  start(nameStart: number, nameEnd: number): void {
    this.name = this.#source.octets(nameStart, nameEnd);
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
    this.type = "unknown";
    this.rules = RULES.unknown;
    this.unit = "";
    this.helpStart = 0;
    this.helpEnd = 0;
    this.line = this.#problems.line;
    this.lineStart = this.#problems.lineStart;
    this.isBroken = false;
    this.lacksSamples = false;
    this.hasType = false;
    this.#hasHelp = false;
    this.#hasUnit = false;
  }

  isNamed(start: number, end: number): boolean {
    const length = this.nameEnd - this.nameStart;
    return end - start === length && this.#source.areSame(start, this.nameStart, length);
  }

  /** Which of its samples' names stands between two offsets, as an index of its rules; -1: none. */
  codeOf(start: number, end: number): number {
    const length = this.nameEnd - this.nameStart;
    const suffixes = SUFFIXES[this.type];
    const code = suffixes.findIndex((suffix) =>
      suffix.length === end - start - length && this.#source.endsWith(end, suffix)
    );
    return code !== -1 && this.#source.areSame(start, this.nameStart, length) ? code : -1;
  }

  /** Reads what follows the name in a TYPE, UNIT or HELP line. */
  describe({ keyword, nameStart, textStart }: Descriptor, end: number): void {
    if (keyword === "TYPE") this.#readType(nameStart, textStart, end);
    else if (keyword === "UNIT") this.#readUnit(nameStart, textStart, end);
    else if (this.#hasHelp) this.#problems.skip(nameStart, "one HELP a family", end);
    else {
      this.#hasHelp = true;
      this.helpStart = textStart;
      this.helpEnd = end;
    }
  }

  /** Reports the first rule that the family breaks. */
  break(expected: string, at: Line): void {
    if (this.isBroken) return;
    this.isBroken = true;
    const { lineStart } = at;
    this.#problems.report(lineStart, `${expected} in "${this.name}"`, this.#source.lineEnd(lineStart), at);
  }

  /** What a consumer is shown of it. */
  parts(length: number, skipped: FamilyParts["skipped"]): FamilyParts {
    const { name, type, unit, helpStart, helpEnd } = this;
    return { name, type, unit, helpStart, helpEnd, base: name, suffixes: SUFFIXES[type], first: 0, length, skipped };
  }

  #readType(nameStart: number, textStart: number, end: number): void {
    const type = this.#source.octets(textStart, end);
    if (!isMetricType(type)) {
      this.#problems.skip(textStart, "a metric type", end);
    } else if (this.hasType) {
      this.#problems.skip(nameStart, "one TYPE a family", end);
    } else {
      this.hasType = true;
      this.type = type;
      this.rules = RULES[type];
      this.#checkUnit(textStart, end);
    }
  }

  #readUnit(nameStart: number, textStart: number, end: number): void {
    const unit = this.#source.octets(textStart, end);
    if (!areNameCharacters(this.#source, textStart, end)) {
      this.#problems.skip(textStart, "a unit of a metric name's characters", end);
    } else if (this.#hasUnit) {
      this.#problems.skip(nameStart, "one UNIT a family", end);
    } else if (unit !== "" && !this.name.endsWith(`_${unit}`)) {
      this.#problems.skip(textStart, "a unit that the family's name ends with", end);
    } else {
      this.#hasUnit = true;
      this.unit = unit;
      this.#checkUnit(textStart, end);
    }
  }

  /** "StateSet", "Info": the unit is empty. */
  #checkUnit(offset: number, end: number): void {
    if (this.unit === "" || (this.type !== "info" && this.type !== "stateset")) return;
    this.unit = "";
    this.#problems.report(offset, `no unit in a family of type ${this.type}`, end);
  }
}

function isMetricType(word: string): word is MetricType {
  return Object.hasOwn(RULES, word);
}
