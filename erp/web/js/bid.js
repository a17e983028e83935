// <bid-desk>: seals a bid in this page. Price, days and salt leave it in one file that the bidder keeps, and in no request.
// `data-tender`: id of the tender. `data-chain`, `data-tenders`: chain id and address of the contract; or `data-deployment`, an
// address that tells them. `data-account`: the bidder's account, where it is known. `data-max-days`: most days that a bid offers;
// 0: bids offer none. `data-commitment`: id of the field of a form that is to hold the seal, which is all that is ever sent, with
// the proof that the bidder is invited in the field `data-invitation`, found on the chain through `data-ask`.
//
// <bid-opening>: reads such a file in this page, tells `opened` with what reveals the bid, and gives the line that does so
// elsewhere; it sends nothing of it itself.
import { asking } from "./proof-file.js";
import { invitationOf } from "./invitation.js";
import { labelled, make, save, say } from "./texts.js";
import { minorUnits, newSalt, sealBid } from "./seal.js";

const CONTRACT = "Tenders";
const NUMBERS = 10n ** 9n; // of one edition of a contract
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const BYTES32 = /^0x[0-9a-f]{64}$/;
const DAYS_MAX = 65_535;

class BidDesk extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.price = make("input", { inputmode: "decimal", autocomplete: "off", required: true });
    this.days = make("input", { inputmode: "numeric", autocomplete: "off", required: true });
    this.account = make("input", { autocomplete: "off", spellcheck: "false", required: true, value: this.dataset.account ?? "" });
    this.out = make("div", { class: "sealed", role: "status" });
    const days = this.offersDays() ? labelled(say("Days"), this.days) : null;
    this.form = make("form", { class: "card bid" }, ...[labelled(say("Price of the whole, without tax, CNY"), this.price), days, labelled(say("Your account"), this.account), make("button", {}, say("Seal"))].filter(Boolean));
    this.append(this.form, this.out);
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.seal()));
  }

  offersDays() {
    return this.dataset.maxDays !== "0";
  }

  async seal() {
    const amount = minorUnits(this.price.value);
    if (amount === null) return this.refuse(say("A price is a number with at most two decimals, above 0."));
    const most = Number(this.dataset.maxDays ?? DAYS_MAX);
    const days = /^\d{1,5}$/.test(this.days.value.trim()) ? Number(this.days.value) : 0;
    if (this.offersDays() && (days < 1 || days > most)) return this.refuse(say("Days are a whole number from 1 to {most}.", { most: most.toLocaleString("en") }));
    const bidder = this.account.value.trim().toLowerCase();
    if (!ADDRESS.test(bidder)) return this.refuse(say("An account is 0x and 40 digits."));
    let place, invitation;
    try {
      place = await this.place();
      if (this.dataset.invitation) invitation = await invitationOf(place, this.dataset.tender, bidder, asking(this.dataset.ask));
    } catch (error) {
      return this.refuse(`${say("This cannot be read: {why}", { why: error.message })} ${say("Nothing of it was sent.")}`);
    }
    const salt = newSalt();
    const commitment = sealBid(place, this.dataset.tender, bidder, amount, this.offersDays() ? days : 0, salt);
    const file = { tender_id: Number(this.dataset.tender), chain_id: place.chainId, tenders: place.contract, bidder, amount_minor: Number(amount), offered_days: this.offersDays() ? days : 0, salt, commitment };
    this.price.value = "";
    this.days.value = "";
    const button = make("button", { type: "button" }, say("Save the bid"));
    button.addEventListener("click", () => {
      save(`bid-${this.dataset.tender}.json`, JSON.stringify(file, null, 1));
      this.fill(this.dataset.commitment, commitment);
      if (invitation !== undefined) this.fill(this.dataset.invitation, JSON.stringify(invitation));
    });
    this.fill(this.dataset.commitment, "");
    this.out.replaceChildren(
      make("p", { class: "done" }, `${say("Seal of your bid")} `, make("code", { class: "commitment" }, commitment)),
      make("p", {}, button),
      make("p", { class: "hint" }, say("Price, days and salt are in the file alone: without it nobody can reveal the bid, you neither."), " ", say("Nothing of it was sent.")),
    );
    this.dispatchEvent(new CustomEvent("sealed", { bubbles: true, detail: { commitment } }));
  }

  /** Fills a field of the form that hands the seal in; its button waits until there is a seal whose file was saved. */
  fill(id, value) {
    const field = document.getElementById(id ?? "");
    if (field === null) return;
    field.value = value;
    const button = field.form?.querySelector("button");
    if (button) button.disabled = document.getElementById(this.dataset.commitment).value === "";
  }

  async place() {
    if (this.dataset.tenders) return { chainId: this.dataset.chain, contract: this.dataset.tenders, block: 0 };
    const told = await (await fetch(this.dataset.deployment ?? "/app/deployment", { cache: "no-store" })).json();
    if (!told.witnessed) throw new Error(told.remark);
    const every = told.contracts.filter((each) => each.name === CONTRACT);
    const own = every.length === 1 ? every[0] : every.find((each) => BigInt(each.edition) === BigInt(this.dataset.tender) / NUMBERS);
    if (own === undefined) throw new Error(`no edition of ${CONTRACT} has number ${this.dataset.tender}`);
    return { chainId: told.chain_id, contract: own.address, block: own.block };
  }

  refuse(text) {
    this.out.replaceChildren(make("p", { class: "warning" }, text));
  }
}

class BidOpening extends HTMLElement {
  connectedCallback() {
    if (this.file) return;
    this.file = make("input", { type: "file", accept: "application/json,.json" });
    this.out = make("div", { class: "sealed", role: "status" });
    this.append(make("form", { class: "card" }, labelled(say("File of your bid"), this.file)), this.out);
    this.file.addEventListener("change", () => this.read());
  }

  async read() {
    let found;
    try {
      found = this.checked(JSON.parse(await this.file.files[0].text()));
    } catch (error) {
      this.dispatchEvent(new CustomEvent("opened", { bubbles: true, detail: null }));
      return this.out.replaceChildren(make("p", { class: "warning" }, say("This cannot be read: {why}", { why: error.message })));
    }
    const { tender_id, amount_minor, offered_days, salt } = found;
    this.dispatchEvent(new CustomEvent("opened", { bubbles: true, detail: { tender_id, amount_minor, offered_days, salt } }));
    const fields = JSON.stringify({ tender_id, amount_minor, offered_days, salt });
    const line = `interlock api POST act-requests party=${this.dataset.party} act=reveal_bid fields:='${fields}'`;
    const copy = make("button", { type: "button", hidden: navigator.clipboard === undefined }, say("Copy the line"));
    copy.addEventListener("click", () => navigator.clipboard.writeText(line));
    this.out.replaceChildren(
      make("p", { class: "done" }, "✓ ", say("The file opens its seal."), " ", make("code", {}, found.commitment)),
      make("p", { class: "hint" }, say("Nothing of it was sent.")),
      make(
        "details",
        {},
        make("summary", {}, say("By the command line")),
        make("p", {}, say("This line makes your price public. Run it on your machine, then sign what appears under Signing:")),
        make("pre", { class: "line" }, line),
        make("p", {}, copy),
      ),
    );
  }

  checked(file) {
    const { tender_id, chain_id, tenders, bidder, amount_minor, offered_days, salt, commitment } = file;
    if (String(tender_id) !== this.dataset.tender) throw new Error(say("it is of tender {id}", { id: String(tender_id) }));
    if (!Number.isSafeInteger(amount_minor) || !Number.isSafeInteger(offered_days) || !BYTES32.test(salt)) throw new Error(say("it is no file of a bid"));
    const made = sealBid({ chainId: chain_id, contract: tenders }, tender_id, bidder, BigInt(amount_minor), offered_days, salt);
    if (made !== commitment) throw new Error(say("it does not open its own seal"));
    return file;
  }
}

customElements.define("bid-desk", BidDesk);
customElements.define("bid-opening", BidOpening);
