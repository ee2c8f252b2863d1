import { quoted } from "./by_schema.ts";
import type { Asked } from "./monitor_facts.ts";
import type { MonitorJson } from "./monitor_schema.ts";
import type { Place } from "./place.ts";

/** Numbers as texts write them. */
const WORDS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const NUMBER = `\\d+(?:\\.\\d+)?|an?|last|${WORDS.join("|")}`;
const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400, week: 604_800 };
const LENGTH = new RegExp(`\\b(${NUMBER}) (minute|hour|day|week)s?\\b`, "gi");
const IN_A_ROW = new RegExp(`\\b(${NUMBER}) times in a row\\b`, "gi");
const OF_SO_MANY = new RegExp(`\\b(${NUMBER}) times of (${NUMBER})\\b`, "gi");
/** A limit, with its unit where it has one. */
const LIMIT = /\blimit is (-?\d+(?:\.\d+)?)(?: (%|ms|s)(?![a-z]))?/g;
const VALUE = /\{\{value\}\} (%|ms|s)(?![a-z])/g;
const UNITS: Readonly<Record<string, string>> = { "%": "percent", ms: "millisecond", s: "second" };

/** What the texts of a monitor say of its limit, its window and its unit is what its query has. */
export function checkTexts(place: Place, { description, definition }: MonitorJson, asked: Asked): void {
  const { thresholds, no_data_timeframe: minutes } = definition.options;
  const { critical, warning } = thresholds;
  const [happened = ""] = definition.message.split("**Why**");
  for (const [path, text] of [[["description"], description], [["definition", "message"], happened]] as const) {
    const add = (message: string) => place.add(path, message);
    const lengths = [asked.window, asked.ago, minutes === undefined ? undefined : 60 * minutes].flatMap((one) =>
      one ?? []
    );
    for (const [whole, count = "", unit = ""] of text.matchAll(LENGTH)) {
      const seconds = numberOf(count) * (SECONDS[unit.toLowerCase()] ?? 0);
      if (lengths.length === 0 || lengths.includes(seconds)) continue;
      add(`${quoted(whole)}: the query and options have ${lengths.map((one) => `${one / 60} minutes`).join(" and ")}`);
    }
    for (const [whole, count = ""] of text.matchAll(IN_A_ROW)) {
      if (numberOf(count) !== critical) add(`${quoted(whole)}: the alert comes after ${critical}`);
    }
    for (const [whole, count = "", of = ""] of text.matchAll(OF_SO_MANY)) {
      if (numberOf(count) !== critical || asked.last !== undefined && numberOf(of) !== asked.last) {
        add(`${quoted(whole)}: the alert comes after ${critical} of ${asked.last}`);
      }
    }
    for (const [whole, limit = "", word] of text.matchAll(LIMIT)) {
      if (critical !== undefined && Number(limit) !== critical) {
        add(`the text says that ${quoted(`limit is ${limit}`)}, the threshold is ${critical}`);
      }
      checkUnit(whole, word, asked.unit, add);
    }
    for (const [whole, word] of text.matchAll(VALUE)) checkUnit(whole, word, asked.unit, add);
  }
  // Shares may be said in percent.
  for (const [whole, share = ""] of description.matchAll(/(\d+(?:\.\d+)?) %/g)) {
    const shares = [critical, warning].flatMap((one) =>
      one === undefined ? [] : asked.unit === "percent" ? [one] : [100 * one]
    );
    if (shares.length === 0 || shares.some((one) => Math.abs(one - Number(share)) < 1e-9)) continue;
    place.add(
      ["description"],
      `${quoted(whole)} is no threshold: they are at ${shares.map((one) => `${one} %`).join(" and ")}`,
    );
  }
}

function checkUnit(
  whole: string,
  word: string | undefined,
  unit: string | undefined,
  add: (message: string) => void,
): void {
  if (word === undefined || unit === undefined || UNITS[word] === unit) return;
  add(`${quoted(whole)}: the values of the query ${unit === "" ? "have no unit" : `are in ${unit}s`}`);
}

function numberOf(word: string): number {
  const small = word.toLowerCase();
  if (small === "a" || small === "an" || small === "last") return 1;
  const index = WORDS.indexOf(small);
  return index === -1 ? Number(word) : index;
}
