// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "./interfaces/IBetAmendments.sol";
import { IBetBook } from "./interfaces/IBetBook.sol";

/// @title BetTypes
/// @notice The EIP-712 types of what parties of a bet sign, spelled out, and the leaves of their trees. Pure.
library BetTypes {
    bytes private constant _TARGET =
        "Target(uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch)";
    bytes private constant _PARTY = abi.encodePacked(
        "PartyTerms(address account,uint64 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,",
        "uint16 capBps,Target[] targets)"
    );
    bytes private constant _TERMS = abi.encodePacked(
        "BetTerms(bytes32 termsRef,uint256 groupId,bytes32 partiesRoot,bytes32 region,uint32 reporterPost,",
        "uint32 arbiterPost,uint40 signBy,uint40 start,uint16 partyCount,uint32 reportSeconds,uint32 disputeSeconds,",
        "uint32 rulingSeconds,uint64 valuePool,uint64 indexBaseline,uint16 indexElasticityBps,uint16 indexMaxUpBps,",
        "uint16 indexMaxDownBps,uint16 periods,uint32 periodSeconds)"
    );
    bytes private constant _CHANGE = abi.encodePacked(
        "ChangeTerms(bytes32 partiesRoot,bytes32 termsRef,address leaver,address newcomer,uint40 start,uint16 periods,",
        "uint16 fromPeriod,uint40 signBy)"
    );

    bytes32 internal constant TARGET_TYPEHASH = keccak256(_TARGET);
    bytes32 internal constant PARTY_TYPEHASH = keccak256(abi.encodePacked(_PARTY, _TARGET));
    bytes32 internal constant TERMS_TYPEHASH = keccak256(_TERMS);
    bytes32 internal constant CHANGE_TYPEHASH = keccak256(_CHANGE);
    bytes32 internal constant BET_SIGNATURE_TYPEHASH = keccak256(
        abi.encodePacked(
            "BetSignature(uint256 betId,address sponsor,BetTerms terms,PartyTerms pledge,uint40 deadline)",
            _TERMS,
            _PARTY,
            _TARGET
        )
    );
    bytes32 internal constant AMENDMENT_SIGNATURE_TYPEHASH = keccak256(
        abi.encodePacked(
            "AmendmentSignature(uint256 betId,uint256 amendmentId,ChangeTerms change,PartyTerms pledge,",
            "uint40 deadline)",
            _CHANGE,
            _PARTY,
            _TARGET
        )
    );
    bytes32 internal constant END_SIGNATURE_TYPEHASH =
        keccak256("EndSignature(uint256 betId,uint32 round,address account,uint40 deadline)");
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant NAME_HASH = keccak256("BetContracts");
    bytes32 internal constant VERSION_HASH = keccak256("2");

    function hashTerms(IBetBook.BetTerms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(TERMS_TYPEHASH, terms));
    }

    function hashChange(IBetAmendments.ChangeTerms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHANGE_TYPEHASH, terms));
    }

    function hashTargets(IBetBook.Target[] calldata targets) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](targets.length);
        for (uint256 i; i < targets.length; ++i) {
            hashes[i] = keccak256(abi.encode(TARGET_TYPEHASH, targets[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function hashParty(IBetBook.PartyTerms calldata pledge) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                PARTY_TYPEHASH,
                pledge.account,
                pledge.stake,
                pledge.shareBps,
                pledge.toleranceBps,
                pledge.slopeBps,
                pledge.capBps,
                hashTargets(pledge.targets)
            )
        );
    }

    /// @notice Leaf of a standard Merkle tree of (address, bytes32).
    function leaf(address account, bytes32 hash) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, hash))));
    }
}
