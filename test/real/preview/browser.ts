import { mkdirSync } from "node:fs";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { requirePrograms } from "../debian.ts";

const CHROMIUM = "/usr/bin/chromium";
/** Names a folder that gets a picture of each page that is looked at. */
const SHOTS = "TORCHSERVE_CHECK_SHOTS";

/** A page, and what it should not have done. */
export interface Watched {
  readonly page: Page;
  /** Errors, warnings and requests to elsewhere. */
  readonly complaints: string[];
}

/** Starts Chromium without a window. */
export async function startBrowser(...args: string[]): Promise<Browser> {
  await requirePrograms({ [CHROMIUM]: "chromium" });
  return await puppeteer.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...args],
  });
}

/** Opens an address, and notes what the page complains of and whom it asks. */
export async function watch(browser: Browser, url: string, options: {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  readonly isMotionReduced?: boolean;
} = {}): Promise<Watched> {
  const { width = 1440, height = 1000, scheme = "light", isMotionReduced = false } = options;
  const page = await browser.newPage();
  const complaints: string[] = [];
  const origin = url.startsWith("file:") ? "file://" : new URL(url).origin;
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) {
      complaints.push(`asks ${request.url()}`);
    }
  });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: isMotionReduced ? "reduce" : "no-preference" },
  ]);
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, complaints };
}

/** Waits until something is true of a page. */
export async function until(
  page: Page,
  what: string,
  condition: (argument: string) => boolean,
  argument = "",
): Promise<void> {
  try {
    await page.waitForFunction(condition, { timeout: 30_000, polling: 100 }, argument);
  } catch (cause) {
    throw new Error(`it never came to be that ${what}`, { cause });
  }
}

/** Keeps a picture of a page for a person to look at, where the environment names a folder. */
export async function picture(page: Page, name: string, isFull = false): Promise<void> {
  const folder = process.env[SHOTS];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: isFull });
}
