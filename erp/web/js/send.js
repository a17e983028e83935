// <send-desk>: a transaction that the page makes by itself, signs with a wallet or a keystore file, and sends by the house's relay;
// then it tells what became of it until it is booked. `data-act`: the act; its fields come with the event that `data-on` names,
// sent by an element of the page (`bid-opening` tells `opened`). Nothing of them is sent before the signed transaction is.
import { callOf, sentence, transactionOf } from "./calls.js";
import { address } from "./facts.js";
import { openingOf } from "./invitation.js";
import { transaction } from "./offers.js";
import { asking } from "./proof-file.js";
import { SignDesk, placed } from "./sign-desk.js";
import { language, make, say } from "./texts.js";

const LOOKS = 600; // for what became of a transaction
const LOOK_MS = 1_000;

/** What an act is made under, read from the chain by act; nothing for the others. */
const PUBLISHED = {
  async reveal_bid({ tender_id }, deployment) {
    const contract = address(deployment, "Tenders", tender_id);
    const { block } = deployment.contracts.find((each) => each.address === contract);
    const { terms } = await openingOf({ contract, block }, tender_id, asking("/app/chain"));
    const { order, ...others } = terms;
    return snaked({ ...others, ...order });
  },
};

class SendDesk extends SignDesk {
  connectedCallback() {
    if (this.place) return;
    this.place = make("div");
    this.status = make("p", { class: "sign-status", role: "status" });
    this.append(this.place, this.status);
    document.addEventListener(this.dataset.on, ({ detail }) => this.prepare(detail));
  }

  async prepare(fields) {
    this.place.replaceChildren();
    this.status.className = this.status.textContent = "";
    if (fields === null) return; // what was there is not to be sent any more
    this.status.textContent = say("Reading the chain…");
    try {
      const [own, told] = await Promise.all(["/app/own-account", "/app/deployment"].map(fetched));
      const deployment = placed(told);
      const act = { act: this.dataset.act, fields };
      const published = await PUBLISHED[act.act]?.(fields, deployment);
      const call = callOf(act, own.account, deployment, { published });
      const content = transactionOf(call, own.account, own.key, own.nonce, deployment);
      this.status.textContent = "";
      this.present(transaction(content, call, sentence(act, language()), own.account), say("Made in this page. It is sent when you sign it, and not before."));
    } catch (error) {
      this.refuse(say("This cannot be read: {why}", { why: error.message }));
    }
  }

  async answer(raw) {
    this.place.replaceChildren();
    this.status.className = "";
    this.status.textContent = say("Sending…");
    try {
      const { transaction: hash } = await fetched("/app/transactions", { method: "POST", body: JSON.stringify({ raw }) });
      this.place.append(make("p", {}, `${say("Transaction")} `, make("code", { class: "transaction" }, hash)));
      await this.watch(hash);
    } catch (error) {
      this.refuse(say("It was not sent: {why}", { why: error.message }));
    }
  }

  async watch(hash) {
    for (let looked = 0; looked < LOOKS && this.isConnected; looked += 1) {
      const fate = await fetched(`/app/transactions/${hash}`).catch(() => null); // told again in a moment
      if (fate !== null && this.told(fate)) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.refuse(say("It was sent; what became of it is not known yet. Open the page again."));
  }

  /** Says how it stands. True: it is over. */
  told({ block, succeeded, booked, parked }) {
    if (succeeded === false) return this.refuse(say("The contract refused it in block {block}: nothing changed.", { block })), true;
    if (parked) return this.refuse(say("It is on the chain in block {block}; the books wait for a person of the house.", { block })), true;
    this.status.className = booked ? "done" : "";
    if (booked) this.status.textContent = `✓ ${say("On the chain in block {block}, and booked.", { block })}`;
    else this.status.textContent = block === null ? say("Sent: it waits for its block.") : say("On the chain in block {block}: it is being booked.", { block });
    return booked;
  }
}

async function fetched(path, more = {}) {
  const answer = await fetch(path, { cache: "no-store", ...more });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail ?? String(answer.status));
  return told;
}

const snaked = (terms) => Object.fromEntries(Object.entries(terms).map(([name, each]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), each]));

customElements.define("send-desk", SendDesk);
