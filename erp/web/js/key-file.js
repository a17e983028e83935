// A keystore file (version 3) opened, and what its key signs. Used by the worker alone, in which the key lives for one signature.
import { ctr } from "@noble/ciphers/aes.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const MEMORY_MAX = 2 ** 30; // bytes that scrypt may take
const KEY_BYTES = 32;

export class Wrong extends Error {}

/** The key of a keystore. Throws Wrong with "no-keystore" or "wrong-password". */
export function open(keystore, password) {
  let derived, cipher, mac, iv;
  try {
    const crypto = keystore.crypto ?? keystore.Crypto;
    const { kdfparams: how } = crypto;
    if (crypto.cipher !== "aes-128-ctr") throw new Wrong("no-keystore");
    const salt = hexToBytes(bare(how.salt));
    if (crypto.kdf === "scrypt") {
      derived = scrypt(utf8ToBytes(password), salt, { N: how.n, r: how.r, p: how.p, dkLen: KEY_BYTES, maxmem: MEMORY_MAX });
    } else if (crypto.kdf === "pbkdf2" && how.prf === "hmac-sha256") {
      derived = pbkdf2(sha256, utf8ToBytes(password), salt, { c: how.c, dkLen: KEY_BYTES });
    } else throw new Wrong("no-keystore");
    cipher = hexToBytes(bare(crypto.ciphertext));
    mac = bare(crypto.mac).toLowerCase();
    iv = hexToBytes(bare(crypto.cipherparams.iv));
  } catch {
    throw new Wrong("no-keystore");
  }
  if (bytesToHex(keccak_256(concatBytes(derived.slice(16, 32), cipher))) !== mac) throw new Wrong("wrong-password");
  const key = ctr(derived.slice(0, 16), iv).decrypt(cipher);
  derived.fill(0);
  return key;
}

const bare = (text) => text.replace(/^0x/, "");

/** The account of a key. */
export function addressOf(key) {
  const point = secp256k1.getPublicKey(key, false).slice(1);
  return `0x${bytesToHex(keccak_256(point).slice(-20))}`;
}

/** r, s and v (27 or 28) of a digest, as wallets give them. */
export function sign(digest, key) {
  const made = secp256k1.sign(hexToBytes(bare(digest)), key, { prehash: false, format: "recovered", lowS: true });
  return `0x${bytesToHex(made.slice(1))}${(27 + made[0]).toString(16)}`;
}

