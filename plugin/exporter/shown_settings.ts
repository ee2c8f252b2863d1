import { mayBeShown } from "../config/mod.ts";
import { MODULE_NAMES } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** Stands for what is not shown, as in other exporters. */
const SECRET = "<secret>";

/**
 * The file as it is in use, without secrets: values of options that may hold some, and of names that are no option (a
 * misspelt `pasword`), are left out, and so is the user info of every URL. Template variables stay variables.
 */
export async function shownSettings({ written }: Settings): Promise<string> {
  const { stringify } = await import("yaml");
  const { targets = {}, limits } = written;
  const modules = Object.keys(members(written["modules"])).map((name) => [name, moduleOf(written, name)]);
  return stringify({
    targets: withoutUserInfo(targets),
    ...(modules.length === 0 ? {} : { modules: Object.fromEntries(modules) }),
    ...(limits === undefined ? {} : { limits }),
  });
}

/** A module of the file, as {@linkcode shownSettings} shows it. */
export async function shownModule({ written }: Settings, name: string): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(moduleOf(written, name));
}

function moduleOf(written: Settings["written"], name: string): unknown {
  const module = Object.entries(members(written["modules"])).find(([other]) => other === name)?.[1];
  const shown = Object.entries(members(module)).map(([option, value]) => [
    option,
    mayBeShown(option) || MODULE_NAMES.includes(option) ? withoutUserInfo(value) : SECRET,
  ]);
  return Object.fromEntries(shown);
}

const members = (value: unknown): object => typeof value === "object" && value !== null ? value : {};

/** User info in any text of a value. */
function withoutUserInfo(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi, `$1${SECRET}@`);
  if (Array.isArray(value)) return value.map(withoutUserInfo);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutUserInfo(member)]));
}
