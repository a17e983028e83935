// Reads cases as JSON and writes what the programs of pages make of each: the text that is signed, and the answer of a key.
import { readFileSync } from "node:fs";
import { addressOf, open, sign } from "../../../erp/web/js/key-file.js";
import { offerOf } from "../../../erp/web/js/offers.js";
import { sentence } from "../../../erp/web/js/calls.js";

globalThis.document = { documentElement: { lang: "en" } };
const { cases, keystore, password } = JSON.parse(readFileSync(0, "utf8"));
const key = open(keystore, password);
const made = cases.map(({ request, act, account, deployment, told }) => {
  try {
    const offer = offerOf(request, act, account, deployment, told);
    const digest = offer.digests[addressOf(key)] ?? offer.digests.other;
    const answer = digest === undefined ? null : offer.answer(sign(digest, key));
    return { text: offer.text, digest: offer.digest, answer, says: sentence(act, "en"), members: Object.keys(offer.members) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(made));
