// A wallet that is none of ours: signs what the mailbox offers, with ethers. JSON on standard input, the answer on standard output.
import { Wallet } from "ethers";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { kind, payload, key } = JSON.parse(text);
const wallet = new Wallet(key);
const asked = JSON.parse(payload);
if (kind === "typed_data") {
  const { EIP712Domain: _, ...types } = asked.types;
  process.stdout.write(await wallet.signTypedData(asked.domain, types, asked.message));
} else {
  const { from: _, gas, ...rest } = asked;
  process.stdout.write(await wallet.signTransaction({ ...rest, gasLimit: gas, type: 0 }));
}
