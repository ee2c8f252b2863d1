import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { collectRemains } from "../runtime/memory.ts";
import type { JsonPieces } from "./pieces.ts";
import { MetricColumns, type Report, type SubmissionType } from "../report/mod.ts";

/** Bytes of a value: IEEE 754, double precision. */
const VALUE_BYTES = 8;
/** Digits and comma of an index, in bytes: a report has fewer than a million metrics. */
const INDEX_BYTES = 7;
/** What a family has besides its name and its indexes, and what leads to it in a part, in bytes at most. */
const FAMILY_BYTES = 192;
/** Quotation marks of a text of values, and what leads to it in a part, in bytes at most. */
const TEXT_BYTES = 64;
/** With so many metrics a table takes tens of megabytes while it is made: what else is left behind is given back first. */
const MANY_METRICS = 10_000;
/** After so many values what is left of them is given back: the collector comes late for few large objects. */
const MOST_VALUES = 1_200_000;
/** A list of more tags is longer than what a call takes as arguments everywhere. */
const MANY_TAGS = 1_000;
/** A longer text is written in slices, in UTF-16 units: its bytes need not be there as a whole. */
const SLICE = 262_144;
/** Characters of an id: 128 bits. */
const ID_LENGTH = 32;

/** Metrics that differ in their tags and values only. */
interface TableFamily {
  readonly name: string;
  readonly type: SubmissionType;
  readonly flush_first_value: boolean;
  /** Which of the table's hosts; absent: the host's own name. */
  readonly hostname?: number;
  /** Which of the table's lists of tags, one for each metric. */
  readonly tags: readonly number[];
}

/** Everything of a report's metrics but their values. */
interface TableMembers {
  readonly tags: readonly (readonly string[])[];
  readonly hostnames: readonly string[];
  readonly families: readonly TableFamily[];
}

interface Table extends TableMembers {
  /** The members as JSON: made once, for the digest and for the host. */
  readonly json: readonly string[];
}

/**
 * The metrics of an instance as series (docs/protocol.md): the values, and the table of the others only for a host that
 * does not hold it. The table's id is its digest, made anew only where something but values has changed.
 *
 * Memory: that of the columns. The table is made when a host asks for it.
 */
export class Series {
  /** Take the metrics of the next run. */
  readonly columns = new MetricColumns();
  #id: string | undefined;
  /** Values since what was left behind was given back. */
  #written = 0;

  /** Ends the run whose metrics the columns took. */
  end(): void {
    if (this.columns.end()) this.#id = undefined;
  }

  /**
   * The report as JSON, in pieces.
   *
   * @param held the id of the table that the host holds
   */
  pieces(report: Report, held: string | undefined): JsonPieces {
    const { metrics: _, ...rest } = report;
    const { id, table } = this.#tableBut(held);
    const start = table === undefined ? ["{"] : [`{"series":{"id":"${id}",`, ...table.json.flatMap(slices), "},"];
    const values = this.#texts(Infinity).map((text) => [`"`, ...slices(text), `"`]);
    const end = [`"series_id":"${id}","values":[`, ...values.flat(), "],", JSON.stringify(rest).slice(1)];
    const pieces = [...start, ...end];
    const { count } = this.columns;
    this.#written += count;
    if (this.#written < MOST_VALUES && (table === undefined || count < MANY_METRICS)) return { pieces };
    this.#written = 0;
    return { pieces, onWritten: collectRemains };
  }

  /** The report as a value whose arrays have elements of at most so many bytes, but for lists of tags. */
  value(report: Report, held: string | undefined, maxBytes: number): object {
    const { metrics: _, ...rest } = report;
    const { id, table } = this.#tableBut(held);
    return {
      ...(table === undefined ? {} : { series: { id, ...cutTable(table, maxBytes) } }),
      series_id: id,
      values: this.#texts(maxBytes),
      ...rest,
    };
  }

  /** The id of the table, and the table where it is another one than the host's. */
  #tableBut(held: string | undefined): { readonly id: string; readonly table: Table | undefined } {
    if (this.#id !== undefined && this.#id === held) return { id: held, table: undefined };
    if (this.columns.count >= MANY_METRICS) collectRemains();
    const table = tableOf(this.columns);
    const id = this.#id ??= digestOf(table.json);
    return { id, table: id === held ? undefined : table };
  }

  /** The values, in texts of at most so many bytes. */
  #texts(maxBytes: number): string[] {
    const { families, count } = this.columns;
    // The machines that Bun and Deno run on are little-endian.
    const numbers = new Float64Array(count);
    let at = 0;
    for (const { values } of families) {
      numbers.set(values, at);
      at += values.length;
    }
    const most = Math.max(1, Math.floor((maxBytes - TEXT_BYTES) / 4) * 3 / VALUE_BYTES);
    const step = Math.min(Math.floor(most), count) * VALUE_BYTES;
    const texts: string[] = [];
    for (let from = 0; from < numbers.byteLength; from += step) {
      const length = Math.min(step, numbers.byteLength - from);
      texts.push(Buffer.from(numbers.buffer, from, length).toString("base64"));
    }
    numbers.buffer.transfer(0);
    return texts;
  }
}

/** Equal lists of tags, and hosts, stand once, in the order in which they come: equal metrics make equal tables. */
function tableOf({ families }: MetricColumns): Table {
  const lists = new TagLists();
  const hosts = new Map<string, number>();
  const made = families.map(({ name, type, flushFirstValue, hostname, tags }): TableFamily => {
    if (hostname !== undefined && !hosts.has(hostname)) hosts.set(hostname, hosts.size);
    const host = hostname === undefined ? undefined : hosts.get(hostname);
    return {
      name,
      type,
      flush_first_value: flushFirstValue === true,
      ...(host === undefined ? {} : { hostname: host }),
      tags: tags.map((list) => lists.indexOf(list)),
    };
  });
  const members = { tags: lists.all, hostnames: [...hosts.keys()], families: made };
  return { ...members, json: piecesOf(members) };
}

/** Different lists of tags, in the order in which they come. */
class TagLists {
  readonly all: (readonly string[])[] = [];
  /** Numbers of tags: each stands in many lists. */
  readonly #tags = new Map<string, number>();
  /** By the numbers of their tags, which take a fraction of the memory of the tags themselves. */
  readonly #byNumbers = new Map<string, number>();
  /** The numbers of one list, two UTF-16 units each. */
  readonly #units: number[] = [];

  indexOf(list: readonly string[]): number {
    const { length } = list;
    this.#units.length = 2 * length;
    for (let i = 0; i < length; i++) {
      const number = this.#numberOf(list[i]!);
      this.#units[2 * i] = number >>> 16;
      this.#units[2 * i + 1] = number & 0xffff;
    }
    const numbers = length > MANY_TAGS ? this.#units.join() : String.fromCharCode(...this.#units);
    let index = this.#byNumbers.get(numbers);
    if (index === undefined) this.#byNumbers.set(numbers, index = this.all.push(list) - 1);
    return index;
  }

  #numberOf(tag: string): number {
    let number = this.#tags.get(tag);
    if (number === undefined) this.#tags.set(tag, number = this.#tags.size);
    return number;
  }
}

/** A text in slices that can be encoded one by one: no character is cut. */
function slices(text: string): string[] {
  if (text.length <= SLICE) return [text];
  const cut: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + SLICE);
    if (isFirstHalf(text.charCodeAt(to - 1)) && to < text.length) to++;
    cut.push(text.slice(from, to));
    from = to;
  }
  return cut;
}

/** Whether a UTF-16 unit is the first of the two of a character. */
const isFirstHalf = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

/** The members of the table but its id, as JSON. */
function piecesOf({ tags, hostnames, families }: TableMembers): string[] {
  const json = JSON.stringify;
  return [`"tags":`, json(tags), `,"hostnames":${json(hostnames)},"families":`, json(families)];
}

function digestOf(json: readonly string[]): string {
  const hash = createHash("sha256");
  for (const piece of json) hash.update(piece);
  return hash.digest("hex").slice(0, ID_LENGTH);
}

function cutTable({ tags, hostnames, families }: Table, maxBytes: number): TableMembers {
  return { tags, hostnames, families: families.flatMap((family) => cut(family, maxBytes)) };
}

/** A family as several of at most so many bytes; the order of the values stays. */
function cut(family: TableFamily, maxBytes: number): TableFamily[] {
  const name = Buffer.byteLength(JSON.stringify(family.name));
  const step = Math.max(1, Math.floor((maxBytes - FAMILY_BYTES - name) / INDEX_BYTES));
  if (family.tags.length <= step) return [family];
  const families: TableFamily[] = [];
  for (let from = 0; from < family.tags.length; from += step) {
    families.push({ ...family, tags: family.tags.slice(from, from + step) });
  }
  return families;
}
