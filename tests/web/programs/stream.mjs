// What the one stream tells its pages: asked with a story of events, answered with what was said of each.
import { Recent } from "../../../erp/web/js/recent.js";
import { listen } from "../../../erp/web/js/stream.js";
import { readFileSync } from "node:fs";

const told = JSON.parse(readFileSync(0, "utf8"));
const sources = [];

globalThis.EventSource = class {
  static CLOSED = 2;

  constructor(path) {
    this.path = path;
    this.readyState = 1;
    this.on = {};
    sources.push(this);
  }

  addEventListener(name, then) {
    this.on[name] = then;
  }
};

const said = [];
listen((each) => said.push(each.kind));
for (const [name, data] of told.events) {
  const source = sources.at(-1);
  if (name === "error") source.onerror();
  else if (name === "open") source.onopen?.();
  else source.on[name]({ data: JSON.stringify(data), lastEventId: "" });
}

const recent = new Recent();
for (const [at, each] of told.heard) recent.hear(each, at);
const pages = told.pages.map((asked) => recent.since(asked));
process.stdout.write(JSON.stringify({ said, pages }), () => process.exit(0));
