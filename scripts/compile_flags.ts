/** The settings that a Bun program of ours is compiled with. */
export const COMPILE_FLAGS: readonly string[] = [
  "--minify",
  "--bytecode",
  "--format=esm",
  // A configuration in the working directory of the host must not reach the plugin.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  // A start compiles nothing; what goes on for longer asks for it (plugin/runtime/jit.ts).
  "--compile-jit-policy=100",
];
