// <sign-desk> (defined by sign.js): shows what an act asks to be signed, makes it anew, and signs the same with a wallet or a keystore file. On our
// pages `data-request` and `data-deployment` name where both come from and `data-answer` the form that the signature goes into;
// in `signer.html`, which runs from disk, whoever signs brings them as files and takes the answer as one.
import { signWith } from "./keystore.js";
import { isMade, offerOf } from "./offers.js";
import { labelled, make, memberName, memberValue, save, say } from "./texts.js";
import { differences } from "./typed.js";

const OPEN = "OPEN";
const ADDRESS = /^0x[0-9a-f]{40}$/;
const REFUSED = {
  "wrong-password": "The password does not open this keystore.",
  "another-key": "The key of this file is not the one that this is to be signed by.",
  "no-keystore": "This is no keystore file.",
};
const last = (path) => path.split(".").findLast((each) => !/^\d+$/.test(each)); // of a list's items the list's name

export class SignDesk extends HTMLElement {
  connectedCallback() {
    if (this.place) return;
    this.place = make("div");
    this.status = make("p", { class: "sign-status", role: "status" });
    if (this.dataset.request) {
      this.append(this.place, this.status);
      this.load();
    } else {
      this.append(this.files(), this.place, this.status);
    }
  }

  async load() {
    try {
      const [told, deployment] = await Promise.all([this.dataset.request, this.dataset.deployment].map(async (each) => (await fetch(each, { cache: "no-store" })).json()));
      this.show(told, placed(deployment), told.account);
    } catch (error) {
      this.refuse(say("This cannot be read: {why}", { why: error.message }));
    }
  }

  /** Where a page that runs from disk takes request, act and deployment from. */
  files() {
    const request = make("input", { type: "file", accept: "application/json,.json", name: "request" });
    const deployment = make("input", { type: "file", accept: "application/json,.json", name: "deployment" });
    const account = make("input", { autocomplete: "off", spellcheck: "false", placeholder: "0x…", name: "account" });
    const form = make(
      "form",
      { class: "proof-form" },
      labelled(say("Request and act"), request),
      labelled(say("Deployment"), deployment),
      labelled(say("Your firm's account, where the key only owns it"), account),
      make("button", {}, say("Show")),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const [told, where] = await Promise.all([request, deployment].map(async (each) => JSON.parse(await each.files[0].text())));
        this.show(told, placed(where), account.value.trim().toLowerCase() || told.account);
      } catch (error) {
        this.refuse(say("This cannot be read: {why}", { why: error.message }));
      }
    });
    return form;
  }

  show({ request, act, published }, deployment, account) {
    this.place.replaceChildren();
    this.status.textContent = "";
    if (request.status !== OPEN) return this.refuse(say("The request is over: it is {status}.", request));
    if (request.payload === null || act.number !== request.act_request || !isMade(request, act))
      return this.refuse(say("This page cannot make this act anew, so it does not sign it: use interlock sign."));
    if (!ADDRESS.test(account ?? "")) return this.refuse(say("An account is 0x and 40 digits."));
    let offer;
    try {
      offer = offerOf(request, act, account, deployment, { published, refs: request.refs });
      if (offer.text !== request.payload) {
        const where = differences(JSON.parse(request.payload), offer.content).join(", ");
        return this.refuse(say("What is offered is not what the act needs: {where}. Nothing was signed.", { where: where || "text" }));
      }
    } catch (error) {
      return this.refuse(say("This cannot be read: {why}", { why: error.message }));
    }
    this.request = request;
    this.present(offer, say("Made anew in this page from the act and the deployment, and the same as what is offered."));
  }

  /** Shows an offer and the ways to sign it. */
  present(offer, made) {
    this.offer = offer;
    this.place.replaceChildren(
      make("h2", {}, say("What you sign")),
      make("p", { class: "done" }, "✓ ", made),
      ...(offer.words === null ? [] : [make("p", { class: "says" }, offer.words)]),
      this.members(offer),
      ...this.ways(),
      make("p", { class: "hint" }, say("The key does not leave this page.")),
    );
  }

  members({ facts, members, digest }) {
    const row = (name, value) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, make("code", {}, value)));
    const rows = Object.entries(flat(members)).map(([name, value]) => row(memberName(last(name)), memberValue(last(name), value)));
    const table = make("table", { class: "pairs" }, make("tbody", {}, ...facts.map(([name, value]) => row(name, value)), ...rows, row(say("Digest"), digest)));
    return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("What you sign") }, table);
  }

  ways() {
    const wallet = make("button", { type: "button", class: "wallet" }, say("Sign with a wallet"));
    wallet.addEventListener("click", () => this.byWallet());
    const keystore = make("input", { type: "file", accept: "application/json,.json" });
    const password = make("input", { type: "password", autocomplete: "off" });
    const form = make("form", { class: "card keystore" }, labelled(say("Keystore file"), keystore), labelled(say("Password"), password), make("button", {}, say("Sign with a keystore file")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const [file, text] = [keystore.files[0], password.value];
      password.value = "";
      if (file !== undefined) await this.byKeystore(await file.text(), text);
    });
    return [form, window.ethereum === undefined ? make("p", { class: "hint" }, say("No wallet is in this browser.")) : make("p", {}, wallet)];
  }

  async byKeystore(keystore, password) {
    this.status.textContent = say("Opening the keystore…");
    try {
      const { signature } = await signWith(keystore, password, this.offer.digests);
      this.answer(this.offer.answer(signature));
    } catch (error) {
      this.refuse(say(REFUSED[error.message] ?? REFUSED["no-keystore"]));
    }
  }

  async byWallet() {
    try {
      const answer = await this.offer.byWallet(window.ethereum);
      if (answer === null) return this.refuse(say("The wallet signed otherwise than asked."));
      this.answer(answer);
    } catch (error) {
      this.refuse(say("The wallet refused: {why}", { why: error.message }));
    }
  }

  answer(signature) {
    this.status.className = "done";
    this.status.textContent = say("Signed.");
    const form = document.getElementById(this.dataset.answer ?? "");
    if (form !== null) {
      form.elements.answer.value = signature;
      form.requestSubmit();
      return;
    }
    const told = { signing_request: this.request.number, answer: signature };
    const button = make("button", { type: "button" }, say("Save the answer"));
    button.addEventListener("click", () => save(`${told.signing_request}.answer.json`, JSON.stringify(told)));
    this.place.replaceChildren(make("p", {}, `${say("Signature")} `, make("code", { class: "signature" }, signature)), make("p", {}, button));
  }

  refuse(text) {
    this.status.className = "warning";
    this.status.textContent = text;
  }
}

/** The deployment as this page needs it, from the answer of the API or from a deployment file. */
export function placed(told) {
  if (Array.isArray(told.contracts)) {
    if (!told.witnessed) throw new Error(told.remark);
    return told;
  }
  const contracts = Object.entries(told.contracts).flatMap(([name, every]) => every.map((each) => ({ name, edition: each.edition, address: each.address.toLowerCase() })));
  return { chain_id: told.chainId, contracts };
}

function flat(value, path = "") {
  if (value === null || typeof value !== "object") return { [path]: value };
  return Object.entries(value).reduce((found, [name, each]) => ({ ...found, ...flat(each, path ? `${path}.${name}` : name) }), {});
}
