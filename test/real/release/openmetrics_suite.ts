import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { fetchPackage } from "../../../scripts/release/packages.ts";
import { run } from "../command.ts";

const ROOT = new URL("../../../", import.meta.url);
const TYPESCRIPT = [
  "5.9.3",
  "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
] as const;

/** What somebody writes who reads the README, in strict TypeScript, which every runtime takes when its types are gone. */
const PROGRAM = `import { formatOf, OpenMetricsSyntaxError, parse } from "openmetrics-ts";

const text = "# TYPE requests counter\\nrequests_total{path=\\"/\\u00e9\\"} 3\\nrequests_total 1\\n# EOF\\n";
const format = formatOf("application/openmetrics-text; version=1.0.0", false);
const found = [];
const { samples } = parse(text, { format }, (family) => {
  for (let i = 0; i < family.length; i++) found.push([family.name, family.labels(i).join("="), family.value(i)].join(" "));
});
parse(new TextEncoder().encode("up 1\\nodd{\\n\\xff 2\\n"), { format: formatOf("text/plain", false), onProblem: (problem) => {
  found.push(problem.line);
} }, (family) => { found.push(family.name); });
try {
  parse("odd{", { format, strict: true }, () => {});
} catch (error) {
  found.push(error instanceof OpenMetricsSyntaxError);
}
console.log(JSON.stringify([samples, ...found]));
`;
const PRINTED = /^\[2,"requests path=\/\u00e9 3","requests {2}1",.*"up".*true\]$/;

/** `openmetrics-ts` as it is published, in a project of its own. */
export function openmetricsSuite(release: () => string, folder: () => string): void {
  describe("openmetrics-ts from its package", () => {
    before(async () => {
      mkdirSync(folder(), { recursive: true });
      const [archive] = readdirSync(release()).filter((name) => name.startsWith("openmetrics-ts-"));
      const write = (name: string, text: string) => writeFileSync(join(folder(), name), text);
      write("package.json", '{"type":"module"}');
      write("program.js", PROGRAM);
      write("program.ts", PROGRAM.replace("const found = []", "const found: unknown[] = []"));
      await run("npm", ["install", "--offline", "--no-audit", "--prefix", folder(), join(release(), archive ?? "")]);
    });

    it("runs on Node.js, Deno and Bun, and in a browser's conditions", async () => {
      const [program, bun] = [join(folder(), "program.js"), fileURLToPath(new URL("node_modules/.bin/bun", ROOT))];
      const runs = {
        "Node.js": ["node", program],
        Deno: [Deno.execPath(), "run", "--quiet", "--no-lock", program],
        Bun: [bun, program],
        "a browser": ["node", "--conditions=browser", program],
      };
      const printed: string[] = [];
      for (const [name, [command = "", ...args]] of Object.entries(runs)) {
        const output = (await run(command, args)).trim();
        assert.match(output, PRINTED, name);
        printed.push(output);
      }
      assert.equal(new Set(printed).size, 1);
    });

    it("has types that a strict project takes, without those of Node.js", async () => {
      const typescript = await fetchPackage(ROOT, "typescript", ...TYPESCRIPT);
      const check = (config: string) => run("node", [fileURLToPath(new URL("bin/tsc", typescript)), "-p", config]);
      for (const moduleResolution of ["nodenext", "bundler"]) {
        const options = {
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          skipLibCheck: false,
          noEmit: true,
          types: [],
          lib: ["es2022", "dom"],
          target: "es2022",
          module: moduleResolution === "nodenext" ? "nodenext" : "esnext",
          moduleResolution,
        };
        const config = join(folder(), `tsconfig.${moduleResolution}.json`);
        writeFileSync(config, JSON.stringify({ compilerOptions: options, files: ["program.ts"] }));
        await check(config);
      }
      // That they are read at all: what is wrong is told.
      writeFileSync(join(folder(), "wrong.ts"), 'import { parse } from "openmetrics-ts";\nparse(1, {}, () => {});\n');
      const config = join(folder(), "tsconfig.wrong.json");
      writeFileSync(config, JSON.stringify({ extends: "./tsconfig.bundler.json", files: ["wrong.ts"] }));
      await assert.rejects(check(config), /TS2345|TS2322/);
    });

    it("brings what its README tells of, and nothing that nobody needs", () => {
      const there = readdirSync(join(folder(), "node_modules/openmetrics-ts"));
      assert.deepEqual(there.sort(), ["BENCH.md", "LICENSE", "NOTICE", "README.md", "dist", "package.json"]);
      assert.ok(existsSync(join(folder(), "node_modules/openmetrics-ts/dist/mod.d.ts")));
      const bench = readFileSync(join(folder(), "node_modules/openmetrics-ts/BENCH.md"), "utf8");
      assert.match(bench, /\| ours \(Bun\), labels located/);
      assert.doesNotMatch(bench, /^## (?!Parsers)/m);
    });
  });
}
