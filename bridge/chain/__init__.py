"""The only room that speaks to a chain: client, events, proofs, finality, keys."""

from bridge.commitments.keccak import share_keccak

share_keccak()  # before anything in here hashes by web3
