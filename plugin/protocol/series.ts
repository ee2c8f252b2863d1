import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { haveEqualTags, MetricColumns, type Report, type SubmissionType } from "../report/mod.ts";

/** Bytes of a value: IEEE 754, double precision. */
const VALUE_BYTES = 8;
/** Digits and comma of an index, in bytes: a report has fewer than a million metrics. */
const INDEX_BYTES = 7;
/** What a family has besides its name and its indexes, and what leads to it in a part, in bytes at most. */
const FAMILY_BYTES = 192;
/** Quotation marks of a text of values, and what leads to it in a part, in bytes at most. */
const TEXT_BYTES = 64;
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
interface Table {
  readonly tags: readonly (readonly string[])[];
  readonly hostnames: readonly string[];
  readonly families: readonly TableFamily[];
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

  /** Ends the run whose metrics the columns took. */
  end(): void {
    if (this.columns.end()) this.#id = undefined;
  }

  /**
   * The report as JSON, in pieces.
   *
   * @param held the id of the table that the host holds
   */
  pieces(report: Report, held: string | undefined): string[] {
    const { metrics: _, ...rest } = report;
    const { id, table } = this.#tableBut(held);
    const values = JSON.stringify(this.#texts(Infinity));
    const end = `"series_id":"${id}","values":${values},${JSON.stringify(rest).slice(1)}`;
    return table === undefined ? ["{", end] : [`{"series":{"id":"${id}",`, ...piecesOf(table), "},", end];
  }

  /** The report as a value whose arrays have elements of at most so many bytes, but for lists of tags. */
  value(report: Report, held: string | undefined, maxBytes: number): object {
    const { metrics: _, ...rest } = report;
    const { id, table } = this.#tableBut(held);
    const families = table?.families.flatMap((family) => cut(family, maxBytes));
    return {
      ...(table === undefined ? {} : { series: { id, tags: table.tags, hostnames: table.hostnames, families } }),
      series_id: id,
      values: this.#texts(maxBytes),
      ...rest,
    };
  }

  /** The id of the table, and the table where it is another one than the host's. */
  #tableBut(held: string | undefined): { readonly id: string; readonly table: Table | undefined } {
    if (this.#id !== undefined && this.#id === held) return { id: held, table: undefined };
    const table = tableOf(this.columns);
    const id = this.#id ??= digestOf(table);
    return { id, table: id === held ? undefined : table };
  }

  /** The values, in texts of at most so many bytes. */
  #texts(maxBytes: number): string[] {
    const { families } = this.columns;
    const count = families.reduce((sum, { values }) => sum + values.length, 0);
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
  return { tags: lists.all, hostnames: [...hosts.keys()], families: made };
}

/** Different lists of tags, in the order in which they come. */
class TagLists {
  readonly all: (readonly string[])[] = [];
  /** Mostly a list is shared by the metrics that have its tags. */
  readonly #byIdentity = new Map<readonly string[], number>();
  readonly #byText = new Map<string, number>();
  /** Of lists whose text is that of others: a tag may hold what stands between tags. */
  readonly #byJson = new Map<string, number>();

  indexOf(list: readonly string[]): number {
    let index = this.#byIdentity.get(list);
    if (index !== undefined) return index;
    // Faster than its JSON.
    const text = list.join("\n");
    index = this.#indexOf(this.#byText, text, list);
    if (!haveEqualTags(this.all[index] ?? [], list)) index = this.#indexOf(this.#byJson, JSON.stringify(list), list);
    this.#byIdentity.set(list, index);
    return index;
  }

  #indexOf(known: Map<string, number>, key: string, list: readonly string[]): number {
    let index = known.get(key);
    if (index === undefined) known.set(key, index = this.all.push(list) - 1);
    return index;
  }
}

/** The members of the table but its id, as JSON. */
function piecesOf({ tags, hostnames, families }: Table): string[] {
  const json = JSON.stringify;
  return [`"tags":`, json(tags), `,"hostnames":${json(hostnames)},"families":`, json(families)];
}

function digestOf(table: Table): string {
  const hash = createHash("sha256");
  for (const piece of piecesOf(table)) hash.update(piece);
  return hash.digest("hex").slice(0, ID_LENGTH);
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
