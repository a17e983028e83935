// Builds what runs in the browser: the programs of this folder into `erp/web/static/js/`, and the two pages that run from disk.
//
//     node erp/web/js/build.mjs [FOLDER]
//
// FOLDER: where the files go instead, so that `make check` can compare them with those in the repository.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const into = process.argv[2] ?? join(here, "..", "static", "js");
const PROGRAMS = ["live", "live-worker", "proof", "sign", "send", "keystore-worker", "bid"];
const PAGES = { checker: ["proof"], signer: ["sign"] }; // one file each, with the programs that it needs

const options = {
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  absWorkingDir: here,
  logLevel: "warning",
};

/** The text of a program. `embedded`: whether it brings its worker along as text. */
async function text(name, embedded) {
  const worker = embedded ? await text("keystore-worker", false) : "";
  const made = await build({
    ...options,
    entryPoints: [join(here, `${name}.js`)],
    write: false,
    define: name.endsWith("-worker") ? {} : { KEYSTORE_WORKER: JSON.stringify(worker) },
  });
  return made.outputFiles[0].text;
}

/** A page in one file: the texts of `pages/NAME.html` with style and programs in it. */
async function page(name, programs) {
  const style = readFileSync(join(here, "pages", "page.css"), "utf8");
  const scripts = await Promise.all(programs.map((each) => text(each, true)));
  const inline = scripts.map((each) => `<script>${each.replaceAll("</script", "<\\/script")}</script>`).join("\n");
  return readFileSync(join(here, "pages", `${name}.html`), "utf8")
    .replace("/* style */", () => style)
    .replace("<!-- programs -->", () => inline);
}

mkdirSync(into, { recursive: true });
for (const name of PROGRAMS) writeFileSync(join(into, `${name}.js`), await text(name, false));
for (const [name, programs] of Object.entries(PAGES)) writeFileSync(join(into, `${name}.html`), await page(name, programs));
