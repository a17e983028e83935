// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ISealedOffices } from "../../../../contracts/identity/interfaces/ISealedOffices.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// Findings F2, F6 and F8 of the second audit, its proofs of concept turned round.
contract SecondAuditOfParticipantsTest is OrderHouse {
    function setUp() public override {
        super.setUp();
        vm.prank(admin);
        participants.sealContractOffices();
    }

    /// F6: the admin took the amender's and the arbiter's office, raised a funded order of 1,150,000 to 800,000,000 without
    /// a signature, the supplier shipped air and disputed, the admin ruled: 904,000,000 gone, at once.
    function test_the_admin_and_one_supplier_cannot_take_a_buyers_whole_allowance() public {
        uint256 id = fundedOrder();
        // It gives itself whatever it can, by role and by post.
        vm.startPrank(admin);
        participants.grantRole(keccak256("AMENDER"), admin);
        participants.grantRole(Offices.ARBITER, admin);
        participants.grantRole(Offices.ATTESTER, admin);
        participants.createPost(Offices.ARBITER, admin, "mine");
        vm.stopPrank();

        // No amendment without both signatures, whoever submits it.
        IOrderRules.OrderAmendment memory more = amendment(id);
        more.amount = 800_000_000;
        bytes memory ofSupplier = sign("supplier", more);
        bytes memory ofAdmin = sign("admin", more);
        vm.startPrank(admin);
        refused(abi.encodeWithSelector(IOrderRules.OrderRules_NotSigned.selector, id, buyer));
        orders.amend(more, ofAdmin, ofSupplier);
        vm.stopPrank();

        // No ruling by whoever holds another post.
        uint256 d = ship(id, QUANTITY); // an empty lorry
        receiveNow(id, d, QUANTITY);
        inspect(id, d, 1);
        dispute(id, d, supplier);
        bytes32 ref = newReference();
        uint40 receivedAt = uint40(block.timestamp);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, admin, arbiter));
        vm.prank(admin);
        orders.ruleDelivery(id, d, QUANTITY, QUANTITY, receivedAt, ref);

        assertEq(orders.order(id).amount, AMOUNT);
        assertEq(token.balanceOf(buyer), FUNDS - required(id), "no more than the deposit");
    }

    /// F6: TREASURER made unbacked tokens, SCORER records that nobody takes back, MARKET burnt anybody's capacity, at once.
    function test_the_admin_gives_itself_no_office_over_money_unseen() public {
        bytes32[5] memory offices =
            [Offices.TREASURER, Offices.SCORER, Offices.MARKET, Offices.AWARDER, Offices.CLAIM_ISSUER];
        for (uint256 i; i < offices.length; ++i) {
            refused(abi.encodeWithSelector(ISealedOffices.SealedOffices_NotAnnounced.selector, offices[i], admin));
            vm.prank(admin);
            participants.grantRole(offices[i], admin);
        }
    }

    /// F2: a routine change of the attester's key ended warranties and rejections; now its successor goes on.
    function test_a_routine_key_change_pays_for_no_bad_goods() public {
        uint256 id = fundedOrder();
        uint256 d = ship(id, QUANTITY);
        receiveNow(id, d, QUANTITY);
        address next = actor("next");
        handOver(attesterPost, next);
        bytes32 ref = newReference();
        vm.prank(attester);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, next));
        orders.inspectDelivery(id, d, 0, ref);
        vm.prank(next);
        orders.inspectDelivery(id, d, 0, ref);
        assertEq(token.balanceOf(supplier), FUNDS, "what was bad is not paid");
        assertEq(orders.order(id).accepted, 0);
    }

    /// F8: a node that began to supply needed a second account, without history.
    function test_a_supplier_that_becomes_a_node_keeps_account_money_and_credit() public {
        uint256 id = fundedOrder();
        accept(id, deliver(id, QUANTITY, QUANTITY), AMOUNT, 0);
        uint16 score = credit.scoreOf(supplier);
        vm.prank(registrar);
        participants.addCapabilities(supplier, Offices.NODE);
        assertTrue(participants.isActive(supplier, Offices.SUPPLIER | Offices.NODE));
        assertEq(credit.scoreOf(supplier), score);
        assertGt(score, NEWCOMER_BPS, "what it earned");
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT);
    }
}
