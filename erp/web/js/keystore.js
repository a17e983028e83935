// Signs with a keystore file, in a worker that lives for one signature.

/* global KEYSTORE_WORKER */
const PATH = "/app/static/js/keystore-worker.js";
const EMBEDDED = KEYSTORE_WORKER; // text of the worker in a page that runs from disk; empty elsewhere

function worker() {
  if (EMBEDDED === "") return { worker: new Worker(PATH), end() {} };
  const address = URL.createObjectURL(new Blob([EMBEDDED], { type: "text/javascript" }));
  return { worker: new Worker(address), end: () => URL.revokeObjectURL(address) };
}

/**
 * Address of the key and its signature of a digest. `digests`: by the key's address, and `other` for every other key.
 * Rejects with an Error whose message is "no-keystore", "wrong-password", or "another-key" where no digest is for the key.
 */
export function signWith(keystore, password, digests) {
  const made = worker();
  return new Promise((resolve, reject) => {
    made.worker.onmessage = ({ data }) => (data.refused ? reject(new Error(data.refused)) : resolve(data));
    made.worker.onerror = () => reject(new Error("no-keystore"));
    made.worker.postMessage({ kind: "sign", keystore, password, digests });
  }).finally(() => {
    made.worker.terminate();
    made.end();
  });
}
