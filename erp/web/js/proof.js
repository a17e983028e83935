// <proof-check>: checks a proof in this browser, and asks a chain. On our pages `data-relay` and `data-deployment` name where;
// in `checker.html`, which runs from disk, whoever checks names a node and the registry.
import { asking, check, onChain, read } from "./proof-file.js";
import { labelled, make, say } from "./texts.js";

const BYTES_MAX = 10_000_000;
const SHOWN = 18; // characters of a hash
const REGISTRY = "DocumentRegistry";

class ProofCheck extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    const hasHouse = Boolean(this.dataset.relay);
    this.text = make("textarea", { rows: 8, spellcheck: "false", autocomplete: "off" });
    this.file = make("input", { type: "file", accept: "application/json,.json" });
    this.node = make("input", { type: "url", placeholder: "http://127.0.0.1:8545", autocomplete: "off" });
    this.registry = make("input", { placeholder: "0x…", autocomplete: "off", spellcheck: "false" });
    const ways = hasHouse ? [["house", "by this house's node"], ["none", "not at all: only the file"]] : [["own", "by my own node"], ["none", "not at all: only the file"]];
    this.ways = ways.map(([value, name], at) => make("label", {}, make("input", { type: "radio", name: "way", value, checked: at === 0 }), ` ${say(name)}`));
    this.out = make("div", { class: "verdict", role: "status" });
    this.form = make(
      "form",
      { class: "proof-form" },
      labelled(say("Paste the file, or drop it here."), this.text),
      labelled(say("Choose a file"), this.file),
      make("fieldset", {}, make("legend", {}, say("Ask the chain")), ...this.ways, ...(hasHouse ? [] : [labelled(say("Address of my node"), this.node), labelled(say("Address of the registry, as I know it"), this.registry)])),
      make("button", {}, say("Check")),
    );
    this.append(this.form, this.out);
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.checkText(this.text.value)));
    this.file.addEventListener("change", () => this.take(this.file.files[0]));
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => (event.preventDefault(), this.take(event.dataTransfer.files[0])));
    const opening = document.getElementById(this.dataset.opens ?? "");
    opening?.addEventListener("submit", (event) => (event.preventDefault(), this.fetchProof(opening)));
  }

  async take(file) {
    if (file === undefined || file.size > BYTES_MAX) return;
    this.text.value = await file.text();
    await this.checkText(this.text.value);
  }

  /** Fetches the proof of the leaves that are ticked in a form of the page, and checks it as any other. */
  async fetchProof(form) {
    this.out.replaceChildren(say("Checking…"));
    const answer = await fetch(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`, { cache: "no-store" });
    const text = await answer.text();
    if (!answer.ok) return this.tell("failed", detail(text));
    this.text.value = JSON.stringify(JSON.parse(text), null, 2);
    return this.checkText(this.text.value);
  }

  async checkText(text) {
    this.out.replaceChildren(say("Checking…"));
    let file;
    try {
      file = read(text);
    } catch (error) {
      return this.tell("failed", say("This is no proof file: {why}", { why: error.message }));
    }
    const own = check(file);
    const findings = [
      ...own.fields.map((field) => [say("Opened: {path} = {value}", field), field.holds, say("a leaf of the document, computed in this browser")]),
      [
        say("Document {sequence} stands in anchor {anchor} ({first} to {last})", { sequence: file.sequence, anchor: file.anchorIndex, first: file.link.firstSequence, last: file.link.lastSequence }),
        own.inRange,
        say("sequence and range, compared in this browser"),
      ],
      [say("The document leads to the root of the anchor"), own.leads, say("computed in this browser")],
    ];
    const way = this.form.elements.way.value;
    let trouble = null;
    if (way !== "none") {
      try {
        findings.push(...(await this.asked(file, way)));
      } catch (error) {
        trouble = say("The chain did not answer: {why}", { why: error.message });
      }
    }
    const holds = findings.every(([, each]) => each);
    const verdict = !holds ? "failed" : way === "none" || trouble !== null ? "unasked" : "holds";
    const told = { failed: "It does not hold.", unasked: "The file holds. The chain was not asked.", holds: "The file holds and the chain confirms it." };
    this.tell(verdict, say(told[verdict]), trouble, findings, file, own);
  }

  async asked(file, way) {
    const [address, registries] = way === "house" ? [this.dataset.relay, await this.deployed()] : [this.node.value, [this.registry.value.trim().toLowerCase()]];
    const isKnown = registries.includes(file.registry);
    const told = await onChain(file, isKnown ? file.registry : (registries.at(-1) ?? file.registry), asking(address));
    return [
      [say("The node serves chain {chain}", { chain: told.chainId }), told.chainId === file.chainId, say("asked of the contract")],
      [say("Registry {registry}", file), isKnown, say(way === "house" ? "the deployment" : "the address that you named")],
      [say("The chain proves the document"), told.document, say("asked of the contract")],
      ...told.fields.map(({ path, holds }) => [say("The chain proves the field {path}", { path }), holds, say("asked of the contract")]),
    ];
  }

  async deployed() {
    const told = await (await fetch(this.dataset.deployment)).json();
    return told.contracts.filter((each) => each.name === REGISTRY).map((each) => each.address);
  }

  tell(verdict, text, trouble = null, findings = [], file = null, own = null) {
    const mark = { holds: "✓", failed: "✗", unasked: "✓" }[verdict];
    this.out.dataset.verdict = verdict;
    this.out.replaceChildren(
      make("p", { class: verdict === "failed" ? "warning" : "done" }, make("strong", { class: verdict === "failed" ? "no" : "yes" }, mark), ` ${text}`),
      ...(trouble === null ? [] : [make("p", { class: "warning" }, trouble)]),
      ...(findings.length === 0 ? [] : [make("ol", { class: "findings" }, ...findings.map(([what, holds, by]) => make("li", {}, make("strong", { class: holds ? "yes" : "no" }, holds ? "✓" : "✗"), ` ${what} `, make("span", { class: "hint" }, by))))]),
      ...(file === null ? [] : [way(file, own), make("p", { class: "hint" }, say("Nothing else of the document can be read from this file."))]),
    );
  }
}

function way(file, own) {
  const step = (name, hash) => make("li", {}, `${say(name)} `, make("code", { title: hash ?? "" }, hash === null ? "—" : `${hash.slice(0, SHOWN)}…`));
  const fields = own.fields.map((field) => make("li", {}, `${field.path}: ${say("leaf")} `, make("code", { title: field.leaf }, `${field.leaf.slice(0, SHOWN)}…`)));
  return make("details", {}, make("summary", {}, say("Way")), make("ul", {}, ...fields, step("document's root", file.documentRoot), step("leaf of the log", own.leaf), step("root of the anchor", own.anchored)));
}

function detail(text) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return text.slice(0, 200);
  }
}

customElements.define("proof-check", ProofCheck);
