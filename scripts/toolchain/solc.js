// The part of the solc command line that our tools use, answered by npm's solc; see scripts/toolchain/solc.

import fs from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");
const STANDARD_INPUT = 0;
const LICENCE_LINE = "solc, the solidity compiler commandline interface";

const readSource = (path) => {
  try {
    return { contents: fs.readFileSync(path, "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
};

const options = process.argv.slice(2);
if (options.includes("--version")) {
  // Callers parse the platform suffix of the native binary.
  console.log(`${LICENCE_LINE}\nVersion: ${solc.version().replace("Emscripten.clang", "Linux.g++")}`);
} else if (options.includes("--standard-json")) {
  const answer = solc.compile(fs.readFileSync(STANDARD_INPUT, "utf8"), { import: readSource });
  fs.writeSync(1, answer);
} else {
  console.error(`scripts/toolchain/solc: unsupported options: ${options.join(" ")}`);
  process.exitCode = 1;
}
