// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";
import { Vm } from "../../support/Vm.sol";

/// commitRatings and revealRatings.
contract RatePeersTest is GroupHouse {
    uint256 private groupId;
    Vm.Log[] private _told;

    function setUp() public override {
        super.setUp();
        groupId = settledGroup();
        book.set(leader, 10_000);
    }

    /// The leader says that hefei was better than shanghai.
    function _list() private view returns (IPeerRatings.Rating[] memory) {
        return pairOf(hefei, 9000, shanghai, 5000);
    }

    function _refusedCommit(address rater, bytes memory reason) private {
        refused(reason);
        vm.prank(rater);
        ratings.commitRatings(groupId, bytes32("seal"));
    }

    /// `list` is committed to and its reveal is refused.
    function _refusedList(IPeerRatings.Rating[] memory list, bytes memory reason) private {
        uint256 state = vm.snapshotState();
        commitList(groupId, leader, list);
        warpToOpening(groupId);
        refused(reason);
        revealList(groupId, leader, list);
        vm.revertToState(state);
    }

    // ---- commit ----

    function test_a_member_seals_its_ratings_with_its_credit() public {
        bytes32 seal = sealList(groupId, leader, _list());
        assertEq(seal, ratings.sealRatings(groupId, leader, _list(), saltOf(leader)));
        vm.expectEmit(address(ratings));
        emit IPeerRatings.RatingsCommitted(groupId, leader, seal, 10_000);
        commitList(groupId, leader, _list());
        (bytes32 commitment, uint16 creditBps, bool revealed) = ratings.commitmentOf(groupId, leader);
        assertEq(commitment, seal);
        assertEq(creditBps, 10_000);
        assertFalse(revealed);
    }

    function test_only_members_that_are_active_nodes_rate() public {
        _refusedCommit(qingdao, abi.encodeWithSelector(IPeerRatings.PeerRatings_NotAMember.selector, groupId, qingdao));
        suspend(hefei);
        _refusedCommit(hefei, abi.encodeWithSelector(IRoom.Room_NotActive.selector, hefei, Offices.NODE));
    }

    function test_nobody_rates_before_the_group_is_settled() public {
        groupId = formedGroup();
        bytes memory reason = abi.encodeWithSelector(IPeerRatings.PeerRatings_NotSettled.selector, groupId);
        _refusedCommit(leader, reason);
        refused(reason);
        revealList(groupId, leader, _list());
        refused(reason);
        ratings.recordRatings(groupId, hefei);
        (uint256 commitEnd, uint256 revealEnd) = ratings.windowsOf(groupId);
        assertEq(commitEnd + revealEnd, 0);
    }

    function test_a_member_commits_once_and_to_something() public {
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(leader);
        ratings.commitRatings(groupId, bytes32(0));
        commitList(groupId, leader, _list());
        _refusedCommit(
            leader, abi.encodeWithSelector(IPeerRatings.PeerRatings_AlreadyCommitted.selector, groupId, leader)
        );
    }

    function test_sealing_ends_at_commit_end() public {
        (uint256 commitEnd,) = ratings.windowsOf(groupId);
        assertEq(commitEnd, uint256(groups.settledAt(groupId)) + SEAL_SECONDS);
        uint256 state = vm.snapshotState();
        vm.warp(commitEnd - 1);
        commitList(groupId, leader, _list());
        vm.revertToState(state);
        for (uint256 late; late < 2; ++late) {
            vm.warp(commitEnd + late);
            _refusedCommit(leader, abi.encodeWithSelector(IRoom.Room_TooLate.selector, commitEnd + late, commitEnd));
        }
    }

    // ---- reveal ----

    function test_what_counts_is_the_distance_from_the_raters_own_mean() public {
        book.set(hefei, 8000);
        commitList(groupId, leader, _list());
        warpToOpening(groupId);
        vm.recordLogs();
        revealList(groupId, leader, _list());
        assertEq(vm.getRecordedLogs().length, 2);
        IPeerRatings.Tally memory good = ratings.tallyOf(groupId, hefei);
        IPeerRatings.Tally memory bad = ratings.tallyOf(groupId, shanghai);
        assertEq(int256(good.weighted), int256(10_000 * 2000 * 2000) / 10_000);
        assertEq(int256(bad.weighted), -int256(good.weighted));
        assertEq(good.weight, 10_000);
        assertEq(good.ratings, 1);
        assertEq(good.centreBps, 8000);
        assertEq(bad.centreBps, 7000);
        assertEq(ratings.countedAt(leader, hefei), block.timestamp);
        (,, bool revealed) = ratings.commitmentOf(groupId, leader);
        assertTrue(revealed);
    }

    function test_the_event_says_what_was_added() public {
        commitList(groupId, leader, _list());
        warpToOpening(groupId);
        (address first, uint16 score, int128 added) =
            hefei < shanghai ? (hefei, uint16(9000), int128(4_000_000)) : (shanghai, uint16(5000), int128(-4_000_000));
        vm.expectEmit(address(ratings));
        emit IPeerRatings.PeerRated(groupId, leader, first, score, 10_000, added, 7000, bytes32(0));
        revealList(groupId, leader, _list());
    }

    function test_a_newcomers_word_weighs_little() public {
        commitList(groupId, hefei, pairOf(leader, 10_000, shanghai, 0));
        warpToOpening(groupId);
        revealList(groupId, hefei, pairOf(leader, 10_000, shanghai, 0));
        assertEq(ratings.tallyOf(groupId, shanghai).weight, 700);
    }

    function test_a_rater_without_credit_counts_for_nothing_and_uses_up_no_pair() public {
        book.set(hefei, 9);
        commitList(groupId, hefei, pairOf(leader, 10_000, shanghai, 0));
        warpToOpening(groupId);
        revealList(groupId, hefei, pairOf(leader, 10_000, shanghai, 0));
        assertEq(ratings.tallyOf(groupId, shanghai).ratings, 0);
        assertEq(ratings.countedAt(hefei, shanghai), 0);
    }

    function test_the_weight_is_the_credit_at_the_commitment() public {
        commitList(groupId, leader, _list());
        book.set(leader, 0);
        warpToOpening(groupId);
        revealList(groupId, leader, _list());
        assertEq(ratings.tallyOf(groupId, hefei).weight, 10_000);
    }

    function test_a_reveal_needs_its_commitment_and_happens_once() public {
        IPeerRatings.Rating[] memory list = _list();
        refused(abi.encodeWithSelector(IPeerRatings.PeerRatings_NoRatings.selector, groupId, leader));
        revealList(groupId, leader, list);
        commitList(groupId, leader, list);
        warpToOpening(groupId);
        IPeerRatings.Rating[] memory other = pairOf(hefei, 9000, shanghai, 4999);
        refused(
            abi.encodeWithSelector(
                IPeerRatings.PeerRatings_CommitmentMismatch.selector,
                groupId,
                leader,
                sealList(groupId, leader, other),
                sealList(groupId, leader, list)
            )
        );
        revealList(groupId, leader, other);
        revealList(groupId, leader, list);
        refused(abi.encodeWithSelector(IPeerRatings.PeerRatings_AlreadyRevealed.selector, groupId, leader));
        revealList(groupId, leader, list);
    }

    function test_a_copied_commitment_to_ratings_is_useless() public {
        IPeerRatings.Rating[] memory list = pairOf(leader, 10_000, shanghai, 0);
        bytes32 copied = sealList(groupId, leader, list);
        vm.prank(hefei);
        ratings.commitRatings(groupId, copied);
        warpToOpening(groupId);
        bytes32 mine = ratings.sealRatings(groupId, hefei, list, saltOf(leader));
        refused(
            abi.encodeWithSelector(IPeerRatings.PeerRatings_CommitmentMismatch.selector, groupId, hefei, mine, copied)
        );
        vm.prank(hefei);
        ratings.revealRatings(groupId, list, saltOf(leader));
    }

    function test_a_seal_names_chain_contract_group_and_rater() public {
        bytes32 here = ratings.sealRatings(groupId, leader, _list(), bytes32(0));
        assertNotEq(here, ratings.sealRatings(groupId + 1, leader, _list(), bytes32(0)), "group");
        assertNotEq(here, ratings.sealRatings(groupId, hefei, _list(), bytes32(0)), "rater");
        vm.chainId(block.chainid + 1);
        assertNotEq(here, ratings.sealRatings(groupId, leader, _list(), bytes32(0)), "chain");
    }

    function test_a_list_names_two_to_sixty_four_others_once_each() public {
        IPeerRatings.Rating[] memory list = new IPeerRatings.Rating[](1);
        list[0] = _list()[0];
        _refusedList(list, abi.encodeWithSelector(IPeerRatings.PeerRatings_RatedOutOfBounds.selector, 1, 2, 64));
        _refusedList(
            new IPeerRatings.Rating[](65),
            abi.encodeWithSelector(IPeerRatings.PeerRatings_RatedOutOfBounds.selector, 65, 2, 64)
        );
        list = _list();
        (list[0], list[1]) = (list[1], list[0]);
        _refusedList(
            list, abi.encodeWithSelector(IPeerRatings.PeerRatings_NotAscending.selector, list[1].rated, list[0].rated)
        );
        list[0] = list[1];
        _refusedList(
            list, abi.encodeWithSelector(IPeerRatings.PeerRatings_NotAscending.selector, list[1].rated, list[0].rated)
        );
    }

    function test_nobody_rates_itself_or_a_stranger_or_above_the_whole() public {
        IPeerRatings.Rating[] memory list = listOf([leader, hefei, shanghai], [uint16(10_000), uint16(0), uint16(0)]);
        _refusedList(list, abi.encodeWithSelector(IPeerRatings.PeerRatings_SelfRated.selector, groupId, leader));
        list = listOf([qingdao, hefei, shanghai], [uint16(10_000), uint16(0), uint16(0)]);
        _refusedList(list, abi.encodeWithSelector(IPeerRatings.PeerRatings_NotAMember.selector, groupId, qingdao));
        list = pairOf(hefei, 10_001, shanghai, 0);
        _refusedList(
            list, abi.encodeWithSelector(IPeerRatings.PeerRatings_ScoreOutOfBounds.selector, hefei, 10_001, 10_000)
        );
    }

    function test_reveals_are_from_commit_end_to_reveal_end() public {
        IPeerRatings.Rating[] memory list = _list();
        commitList(groupId, leader, list);
        (uint256 commitEnd, uint256 revealEnd) = ratings.windowsOf(groupId);
        assertEq(revealEnd, commitEnd + OPEN_SECONDS);
        vm.warp(commitEnd - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, commitEnd - 1, commitEnd));
        revealList(groupId, leader, list);
        uint256 state = vm.snapshotState();
        vm.warp(commitEnd);
        revealList(groupId, leader, list);
        vm.revertToState(state);
        state = vm.snapshotState();
        vm.warp(revealEnd - 1);
        revealList(groupId, leader, list);
        vm.revertToState(state);
        for (uint256 late; late < 2; ++late) {
            vm.warp(revealEnd + late);
            refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, revealEnd + late, revealEnd));
            revealList(groupId, leader, list);
        }
    }

    function test_pause_and_suspension_stop_no_reveal() public {
        pause();
        commitList(groupId, leader, _list());
        suspend(leader);
        warpToOpening(groupId);
        revealList(groupId, leader, _list());
    }

    // ---- pairs ----

    function test_a_pair_counts_once_in_its_time() public {
        uint32 pairSeconds = ratings.PAIR_SECONDS();
        commitList(groupId, leader, _list());
        warpToOpening(groupId);
        revealList(groupId, leader, _list());
        uint256 counted = block.timestamp;
        uint256 again = formedGroup();
        // It settles so that its reveals open one second before the pair may count again.
        vm.warp(counted + pairSeconds - SEAL_SECONDS - 1);
        groups.close(again);
        commitList(again, leader, _list());
        vm.warp(counted + pairSeconds - 1);
        uint256 state = vm.snapshotState();
        revealList(again, leader, _list());
        assertEq(ratings.tallyOf(again, hefei).ratings, 0, "one second early");
        assertEq(ratings.countedAt(leader, hefei), counted);
        vm.revertToState(state);
        vm.warp(counted + pairSeconds);
        revealList(again, leader, _list());
        assertEq(ratings.tallyOf(again, hefei).ratings, 1, "in time");
    }

    function test_what_does_not_count_is_left_out_of_the_mean() public {
        commitList(groupId, leader, _list());
        warpToOpening(groupId);
        revealList(groupId, leader, _list());
        uint256 again = openGroup();
        grab(again, PLANT, hefei, 600);
        grab(again, MARKET, chengdu, 600);
        warpToForm(again);
        groups.form(again);
        warpToClose(again);
        groups.close(again);
        IPeerRatings.Rating[] memory list = pairOf(hefei, 0, chengdu, 10_000);
        commitList(again, leader, list);
        warpToOpening(again);
        revealList(again, leader, list);
        assertEq(ratings.tallyOf(again, chengdu).ratings, 0, "one that is left has no mean to differ from");
        assertEq(ratings.countedAt(leader, chengdu), 0);
    }

    /// Of a list of three, one pair counted a while ago: it is told with no weight, and the other two count.
    function test_of_a_list_the_pairs_count_whose_time_has_come_and_no_other() public {
        commitList(groupId, leader, _list());
        warpToOpening(groupId);
        revealList(groupId, leader, _list());
        uint256 counted = block.timestamp;
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](3);
        (roles[0], roles[1], roles[2]) = (roleTerms(PLANT_PAY), roleTerms(MARKET_PAY), roleTerms(MARKET_PAY));
        uint256 again = openGroup(groupTerms(), roles);
        grab(again, 1, hefei, 600);
        grab(again, 2, chengdu, 600);
        grab(again, 3, qingdao, 600);
        warpToForm(again);
        groups.form(again);
        warpToClose(again);
        groups.close(again);
        IPeerRatings.Rating[] memory list = listOf([hefei, chengdu, qingdao], [uint16(9000), 9000, 5000]);
        commitList(again, leader, list);
        warpToOpening(again);
        vm.recordLogs();
        revealList(again, leader, list);
        assertEq(_weightOf(hefei), 0, "told without weight");
        assertGt(_weightOf(chengdu), 0, "counts");
        assertEq(ratings.tallyOf(again, hefei).ratings, 0, "counted a while ago");
        assertEq(ratings.countedAt(leader, hefei), counted);
        assertEq(ratings.tallyOf(again, chengdu).ratings, 1);
        assertEq(ratings.tallyOf(again, qingdao).ratings, 1);
        assertEq(ratings.tallyOf(again, chengdu).weighted + ratings.tallyOf(again, qingdao).weighted, 0, "one mean");
    }

    /// Weight that the last reveal gave to a rating of this member.
    function _weightOf(address rated) private returns (uint64 weight) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            _told.push(logs[i]);
        }
        for (uint256 i; i < _told.length; ++i) {
            if (_told[i].topics[0] != IPeerRatings.PeerRated.selector) continue;
            if (address(uint160(uint256(_told[i].topics[3]))) != rated) continue;
            (, weight,,,) = abi.decode(_told[i].data, (uint16, uint64, int128, uint16, bytes32));
        }
    }
}
