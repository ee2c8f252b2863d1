import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "puppeteer-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with a page: a line for each violation, with its elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    interface Result {
      readonly violations: readonly {
        readonly id: string;
        readonly help: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
      }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<Result> } };
    const { violations } = await axe.run();
    return violations.map(({ id, help, nodes }) => {
      const [first] = nodes;
      return `${id}: ${help} (${nodes.length}): ${first?.html.slice(0, 300)} ${first?.failureSummary ?? ""}`;
    });
  });
}

/** Cards that show neither data nor a reason. */
export async function silentCards(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".grid .card")].flatMap((card) => {
      const body = card.querySelector<HTMLElement>(".body");
      const isSilent = (body?.textContent ?? "").trim() === "" && card.querySelector("canvas") === null;
      return isSilent ? [card.querySelector("h3")?.textContent ?? "?"] : [];
    })
  );
}
