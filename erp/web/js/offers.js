// What is to be signed for one step of an act, made anew: its text as it has to be offered, what a person reads, what a key or
// a wallet is asked, and what becomes of the signature.
import { recoverAddress } from "viem/utils";
import { approvalOf, approvedIn, callOf, isCalled, isSigned, sentence, signedTransaction, transactionDigest, transactionOf } from "./calls.js";
import { language, money, say } from "./texts.js";
import { canonical, digestOf, firmData, firmDigest, isKnown, rebuild } from "./typed.js";

const TYPED = "typed_data";
const APPROVAL = "approval";

/** Whether this page can make a step anew. */
export const isMade = ({ kind }, { act }) => (kind === TYPED ? isKnown(act) : isCalled(act));

/** The step that is offered, made anew. `told`: what an event published and commitments of papers. Throws when it cannot be. */
export function offerOf(request, act, account, deployment, told) {
  if (request.kind === TYPED) return statement(rebuild(act, account, deployment, told), account, deployment);
  const offered = JSON.parse(request.payload);
  const call = request.step === APPROVAL ? approvalOf(act, deployment, approvedIn(offered, account)) : callOf(act, account, deployment, told);
  const words = request.step === APPROVAL ? null : sentence(act, language());
  return transaction(transactionOf(call, account, offered.from, offered.nonce, deployment), call, words, account);
}

function statement(data, account, { chain_id: chainId }) {
  const digest = digestOf(data);
  const firm = firmDigest(chainId, account, digest);
  const { domain, message } = data;
  return {
    content: data,
    text: canonical(data),
    words: null,
    facts: [
      [say("Contract"), `${domain.name} ${domain.version} · ${domain.verifyingContract}`],
      [say("Chain"), String(domain.chainId)],
      [say("Signed for"), account],
    ],
    members: message,
    digest,
    digests: { [account]: digest, other: firm },
    answer: (signature) => signature,
    async byWallet(wallet) {
      const [address] = await wallet.request({ method: "eth_requestAccounts" });
      const own = address.toLowerCase() === account;
      const asked = own ? data : firmData(chainId, account, digest);
      const signature = await wallet.request({ method: "eth_signTypedData_v4", params: [address, JSON.stringify(asked)] });
      const signer = await recoverAddress({ hash: own ? digest : firm, signature });
      return signer.toLowerCase() === address.toLowerCase() ? signature.toLowerCase() : null;
    },
  };
}

/** The same of a transaction that `account` makes by a call. */
export function transaction(content, call, words, account) {
  const digest = transactionDigest(content);
  const drawn = call.drawnBy === undefined ? [] : [[say("May draw from your wallet"), `${call.drawnBy}: ${money(Object.values(call.args)[1])}`]];
  return {
    content,
    text: canonical(content),
    words,
    facts: [
      [say("Contract"), `${call.name} · ${call.to}`],
      ...drawn,
      [say("Chain"), String(content.chainId)],
      [say("Sent for"), account],
      ...(content.from === account ? [] : [[say("Sent by its key"), content.from]]),
      [say("Place among the transactions of the key"), String(content.nonce)],
      [say("Cost"), say("none: gas is free here, and no coins are sent")],
    ],
    members: call.args,
    digest,
    digests: { [content.from]: digest },
    answer: (signature) => signedTransaction(content, signature),
    async byWallet(wallet) {
      const [address] = await wallet.request({ method: "eth_requestAccounts" });
      if (address.toLowerCase() !== content.from) throw new Error(say("it holds {address}", { address }));
      const hex = Object.fromEntries(["nonce", "gas", "gasPrice", "value", "chainId"].map((name) => [name, `0x${content[name].toString(16)}`]));
      const told = await wallet.request({ method: "eth_signTransaction", params: [{ from: address, to: content.to, data: content.data, ...hex }] });
      const raw = typeof told === "string" ? told : told.raw;
      return (await isSigned(content, raw)) ? raw.toLowerCase() : null;
    },
  };
}
