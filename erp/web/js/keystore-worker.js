// Opens a keystore file (version 3) and signs one digest with the key in it. A worker of its own, ended after one use: the
// password and the key are nowhere else, and nothing of them is answered.
import { Wrong, addressOf, open, sign } from "./key-file.js";

self.onmessage = ({ data }) => {
  let key = null;
  try {
    key = open(JSON.parse(data.keystore), data.password);
    const address = addressOf(key);
    if (data.kind === "address") self.postMessage({ address });
    else {
      const digest = data.digests[address] ?? data.digests.other;
      if (digest === undefined) throw new Wrong("another-key");
      self.postMessage({ address, signature: sign(digest, key) });
    }
  } catch (error) {
    self.postMessage({ refused: error instanceof Wrong ? error.message : "no-keystore" });
  } finally {
    key?.fill(0);
    self.close();
  }
};
