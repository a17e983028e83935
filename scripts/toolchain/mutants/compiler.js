// npm's solc kept warm: each line of standard input is a standard-JSON job, each line of the output its answer.

import { createRequire } from "node:module";
import readline from "node:readline";

const solc = createRequire(import.meta.url)("solc");
for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(JSON.parse(solc.compile(line)))}\n`);
}
