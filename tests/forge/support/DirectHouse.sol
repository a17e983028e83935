// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { DirectOrders } from "../../../contracts/procurement/DirectOrders.sol";
import { IAwardTaker } from "../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { IDirectOrders } from "../../../contracts/procurement/interfaces/IDirectOrders.sol";
import { House } from "./House.sol";

/// The house with its direct orders: a purchase that both sides sign, and what a wallet computes of it.
abstract contract DirectHouse is House {
    DirectOrders internal direct;

    function setUp() public virtual override {
        super.setUp();
        direct = new DirectOrders(participants, orders, 0);
        appoint(Offices.AWARDER, address(direct));
    }

    /// The worked case, with a reference that nobody used before, good for a day.
    function purchase() internal returns (IDirectOrders.DirectOrder memory) {
        return IDirectOrders.DirectOrder({
            buyer: buyer,
            supplier: supplier,
            requisitionRef: newReference(),
            quantity: QUANTITY,
            amount: AMOUNT,
            deadline: uint40(block.timestamp) + 1 days,
            order: orderTerms()
        });
    }

    function sign(string memory role, IDirectOrders.DirectOrder memory what) internal returns (bytes memory) {
        return signDigest(role, digestOf(what, block.chainid, address(direct)));
    }

    function signDigest(string memory role, bytes32 digest) internal returns (bytes memory) {
        (, uint256 key) = actorWithKey(role);
        return signatureOf(key, digest);
    }

    /// Both sign, a stranger relays.
    function openDirect(IDirectOrders.DirectOrder memory what) internal returns (uint256 orderId) {
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        vm.prank(outsider);
        return direct.openDirect(what, ofBuyer, ofSupplier);
    }

    /// EIP-712, computed as a wallet does it: away from the contract.
    function digestOf(IDirectOrders.DirectOrder memory what, uint256 chainId, address verifier)
        internal
        pure
        returns (bytes32)
    {
        string memory terms =
            "OrderTerms(uint32 attesterPost,uint32 arbiterPost,bytes32 region,bytes32 scheduleRoot,uint40 promisedAt,uint32 fundSeconds,uint32 graceSeconds,uint32 silenceSeconds,uint16 latenessBpsPerDay,uint16 latenessCapBps,uint16 taxBps,uint16 toleranceBps,uint24 paymentSeconds)";
        string memory whole =
            "DirectOrder(address buyer,address supplier,bytes32 requisitionRef,uint128 quantity,uint128 amount,uint40 deadline,OrderTerms order)";
        bytes32 content = keccak256(
            abi.encode(
                keccak256(abi.encodePacked(whole, terms)),
                what.buyer,
                what.supplier,
                what.requisitionRef,
                what.quantity,
                what.amount,
                what.deadline,
                _hashOf(keccak256(bytes(terms)), what.order)
            )
        );
        return typedDigest("DirectOrders", chainId, verifier, content);
    }

    function _hashOf(bytes32 typeHash, IAwardTaker.OrderTerms memory terms) private pure returns (bytes32) {
        bytes memory first = abi.encode(
            typeHash,
            terms.attesterPost,
            terms.arbiterPost,
            terms.region,
            terms.scheduleRoot,
            terms.promisedAt,
            terms.fundSeconds
        );
        bytes memory rest = abi.encode(
            terms.graceSeconds,
            terms.silenceSeconds,
            terms.latenessBpsPerDay,
            terms.latenessCapBps,
            terms.taxBps,
            terms.toleranceBps,
            terms.paymentSeconds
        );
        return keccak256(bytes.concat(first, rest));
    }
}
