// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDocumentRegistry } from "../../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ISettlementToken } from "../../../../contracts/settlement/interfaces/ISettlementToken.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";
import { DocumentHouse } from "../../support/DocumentHouse.sol";

/// What a reviewer tried on the record of promises.
contract RegistriesReviewTest is CreditHouse {
    function test_no_value_time_or_lateness_stops_a_record() public {
        uint256[3] memory values = [uint256(0), type(uint56).max, type(uint256).max];
        for (uint256 century; century < 3; ++century) {
            for (uint256 i; i < 3; ++i) {
                vm.prank(scorer);
                credit.recordDelivery(supplier, 1, 1, values[i], type(uint256).max, type(uint128).max, i);
                defaulted(values[i]);
                delivered(values[i]);
                for (uint8 c = 2; c < 5; ++c) {
                    said(ICreditRegistry.Component(c), values[i], i * 5000);
                }
                assertLe(credit.scoreOf(supplier), 10_000, "score");
            }
            skip(36_525 days);
        }
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        vm.warp(type(uint40).max);
        delivered(type(uint256).max);
        assertLe(credit.scoreOf(supplier), 10_000, "at the end of time");
    }

    /// Tiny outcomes day by day cost a record at most one minor unit of value a day more than time alone would.
    function testFuzz_touching_a_record_every_day_takes_at_most_a_unit_a_day(uint256 value, uint16 days_) public {
        value = bound(value, 0, type(uint56).max);
        days_ = uint16(bound(days_, 1, 200));
        delivered(value);
        uint256 state = vm.snapshotState();
        skip(uint256(days_) * 1 days);
        uint256 untouched = credit.recordOf(supplier).value;
        uint16 alone = credit.scoreOf(supplier);
        vm.revertToState(state);
        for (uint256 i; i < days_; ++i) {
            skip(1 days);
            defaulted(0);
        }
        uint256 touched = credit.recordOf(supplier).value;
        assertLe(touched, untouched, "nothing is won");
        assertLe(untouched - touched, days_, "a unit a day");
        uint16 score = credit.scoreOf(supplier);
        assertLe(alone > score ? alone - score : score - alone, 2, "two points after two hundred days");
    }

    /// Evidence rounds up and what it proves down: where a newcomer is worth a million yuan, one unit kept in full costs
    /// the last point, and on a mark the grade.
    function test_known_the_last_point_of_rounding_may_cost_a_grade_that_stands_on_its_mark() public {
        uint256 worth = 1e8;
        credit = registryWith(9500, worth);
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, 9 * worth, 0, 10, 9);
        said(ICreditRegistry.Component.Bets, worth, 9500);
        assertEq(credit.scoreOf(supplier), 9500);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AAA));
        said(ICreditRegistry.Component.Bets, 1, 10_000);
        assertEq(credit.scoreOf(supplier), 9499);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AA));
        said(ICreditRegistry.Component.Bets, 1000, 10_000);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AAA));
    }

    /// No office takes an outcome back: one lie of a scorer at the bound weighs until it faded below the prior, or until
    /// an outcome as large is recorded.
    function test_known_one_lie_of_a_scorer_marks_a_firm_for_decades() public {
        for (uint256 i; i < 20; ++i) {
            delivered(NEWCOMER_VALUE);
        }
        assertEq(credit.scoreOf(supplier), 9857);
        defaulted(type(uint256).max);
        assertEq(credit.scoreOf(supplier), 0);
        skip(30 * 365 days);
        assertLt(credit.scoreOf(supplier), 200, "thirty years");
        skip(8 * 365 days);
        assertGt(credit.scoreOf(supplier), NEWCOMER_BPS / 2, "thirty-eight years");
        delivered(type(uint256).max);
        assertEq(credit.scoreOf(supplier), 9999);
    }

    /// Bets alone, with everything staked that can be, stop at BBB with the house's newcomer.
    function test_bets_among_friends_alone_make_no_a() public {
        said(ICreditRegistry.Component.Bets, type(uint56).max, 10_000);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.BBB));
    }

    function test_known_friends_bets_and_opinions_make_an_a_without_one_delivery() public {
        for (uint8 c = 2; c < 5; ++c) {
            said(ICreditRegistry.Component(c), type(uint56).max, 10_000);
        }
        assertEq(credit.scoreOf(supplier), 8199); // 60 parts of the newcomer's 7,000 and 40 of 10,000
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.A));
    }

    function test_known_a_newcomer_worth_more_than_an_eighth_of_a_full_sum_ends_the_highest_grade() public {
        credit = registryWith(10_000, 2 ** 53);
        delivered(type(uint256).max);
        assertEq(credit.scoreOf(supplier), 10_000);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AA));
        credit = registryWith(10_000, 2 ** 53 - 1);
        delivered(type(uint256).max);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AAA));
    }

    function test_known_quantities_above_two_to_242_are_refused_by_arithmetic() public {
        uint256 most = type(uint256).max / 10_000;
        vm.startPrank(scorer);
        credit.recordDelivery(supplier, 1, 1, 1, 0, most, most);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        credit.recordDelivery(supplier, 1, 1, 1, 0, most + 1, most + 1);
        vm.stopPrank();
    }

    function test_known_only_a_mere_custodian_is_closed_to_gifts() public {
        address mere = actor("mere custodian");
        address mixed = actor("custodian and node");
        vm.startPrank(registrar);
        participants.register(mere, Offices.CUSTODIAN);
        participants.register(mixed, Offices.CUSTODIAN | Offices.NODE);
        vm.stopPrank();
        vm.startPrank(buyer);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_CustodianTakes.selector, mere));
        token.transfer(mere, 1);
        assertTrue(token.transfer(mixed, 1));
        vm.stopPrank();
    }

    function test_an_outsider_moves_nothing_out_and_nothing_in() public {
        vm.startPrank(outsider);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_NotAParticipant.selector, outsider));
        token.transferFrom(buyer, outsider, 0);
        vm.expectRevert();
        token.transferFrom(buyer, supplier, 1);
        assertTrue(token.transferFrom(buyer, supplier, 0), "nothing moves");
        vm.stopPrank();
        assertEq(token.balanceOf(buyer), FUNDS);
    }
}

/// What a reviewer tried on the document log.
contract RegistriesDocumentReviewTest is DocumentHouse {
    bytes32[4] private leaves;
    bytes32 private left;
    bytes32 private right;

    function setUp() public override {
        super.setUp();
        for (uint64 i; i < 4; ++i) {
            leaves[i] = leafOf(i + 1, bytes32(uint256(i + 1)));
        }
        (left, right) = (pairOf(leaves[0], leaves[1]), pairOf(leaves[2], leaves[3]));
        anchor(bytes32(0), 1, 4, pairOf(left, right));
    }

    function _claims(uint64[] memory sequences, bytes32[] memory roots, bytes32[] memory proof, bool[] memory flags)
        private
        view
        returns (bool proved)
    {
        (bool done, bytes memory answer) = address(registry)
            .staticcall(abi.encodeCall(IDocumentRegistry.provesAll, (STREAM, 1, sequences, roots, proof, flags)));
        return done && abi.decode(answer, (bool));
    }

    /// Whatever nodes and flags a forger takes: with one document among its leaves that is not there, nothing is proved.
    function testFuzz_no_flags_and_no_siblings_prove_a_document_that_is_not_there(
        uint256 seed,
        uint8 count,
        uint8 siblings
    ) public view {
        count = uint8(bound(count, 1, 4));
        siblings = uint8(bound(siblings, 0, 4));
        bytes32[8] memory known =
            [leaves[0], leaves[1], leaves[2], leaves[3], left, right, pairOf(left, right), bytes32(0)];
        uint64[] memory sequences = new uint64[](count);
        bytes32[] memory roots = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            uint64 which = uint64(seed >> (8 * i)) % 4;
            (sequences[i], roots[i]) = (which + 1, bytes32(uint256(which + 1)));
        }
        uint256 forged = seed % count;
        roots[forged] = seed >> 255 == 0 ? known[(seed >> 100) % 8] : bytes32(uint256(9));
        bytes32[] memory proof = new bytes32[](siblings);
        for (uint256 i; i < siblings; ++i) {
            proof[i] = known[(seed >> (128 + 8 * i)) % 8];
        }
        bool[] memory flags = new bool[](uint256(count) + siblings - 1);
        for (uint256 i; i < flags.length; ++i) {
            flags[i] = seed >> (200 + i) & 1 == 1;
        }
        assertFalse(_claims(sequences, roots, proof, flags));
    }

    function test_one_document_named_twice_is_not_proved() public view {
        uint64[] memory sequences = new uint64[](2);
        bytes32[] memory roots = new bytes32[](2);
        (sequences[0], sequences[1]) = (1, 1);
        (roots[0], roots[1]) = (bytes32(uint256(1)), bytes32(uint256(1)));
        for (uint256 bits; bits < 8; ++bits) {
            bytes32[] memory proof = new bytes32[](2);
            (proof[0], proof[1]) = (leaves[1], right);
            bool[] memory flags = new bool[](3);
            for (uint256 i; i < 3; ++i) {
                flags[i] = bits >> i & 1 == 1;
            }
            assertFalse(_claims(sequences, roots, proof, flags));
        }
    }

    function test_a_field_is_no_document_and_a_document_no_field() public view {
        bytes32[] memory path = new bytes32[](2);
        (path[0], path[1]) = (leaves[1], right);
        assertTrue(registry.proves(STREAM, 1, 1, bytes32(uint256(1)), path), "the document");
        IDocumentRegistry.Field memory field = IDocumentRegistry.Field({ path: "", value: "", salt: 0 });
        assertFalse(registry.provesField(STREAM, 1, 1, field, new bytes32[](0), path), "no field");
        assertFalse(registry.provesField(STREAM, 1, 1, field, path, new bytes32[](0)), "no field of the batch");
    }

    function test_the_last_sequence_number_of_all_ends_a_stream_and_nothing_else() public {
        // slot 0 of the log: owner in the low 160 bits, then lastSequence
        bytes32 place = keccak256(abi.encode(STREAM, uint256(0)));
        uint256 packed = uint256(vm.load(address(registry), place));
        packed |= uint256(type(uint64).max - 1) << 160;
        vm.store(address(registry), place, bytes32(packed));
        assertEq(registry.stream(STREAM).lastSequence, type(uint64).max - 1);
        bytes32 head = headOf(STREAM);
        anchor(head, type(uint64).max, type(uint64).max, ROOT);
        head = headOf(STREAM);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vm.prank(anchorer);
        registry.anchor(STREAM, head, 0, 0, ROOT);
    }

    function test_known_another_anchorer_may_take_a_name_and_the_erp_takes_another() public {
        vm.prank(second);
        registry.openStream(OTHER);
        refused(abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_StreamExists.selector, OTHER));
        vm.prank(anchorer);
        registry.openStream(OTHER);
        vm.prank(anchorer);
        registry.openStream(keccak256("documents of the supplier, two"));
    }

    /// Who holds an owner's key for a while takes the offer to the safe back; once the key is out of office nobody owns
    /// the log in deed. What was anchored stays proved; the ERP goes on under another name.
    function test_known_a_stolen_key_ends_its_stream_and_unsays_nothing() public {
        vm.startPrank(anchorer);
        registry.offerStream(STREAM, second);
        registry.offerStream(STREAM, address(0));
        vm.stopPrank();
        revoke(Offices.ANCHORER, anchorer);
        refused(
            abi.encodeWithSelector(IDocumentRegistry.DocumentRegistry_NotTheHeir.selector, STREAM, second, address(0))
        );
        vm.prank(second);
        registry.takeStream(STREAM);
        bytes32[] memory path = new bytes32[](2);
        (path[0], path[1]) = (leaves[1], right);
        assertTrue(registry.proves(STREAM, 1, 1, bytes32(uint256(1)), path));
        vm.prank(second);
        registry.openStream(keccak256("documents of the buyer, two"));
    }
}
