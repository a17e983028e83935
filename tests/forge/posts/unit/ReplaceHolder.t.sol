// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPosts } from "../../../../contracts/identity/interfaces/IPosts.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { PostHouse } from "../../support/PostHouse.sol";

contract ReplaceHolderTest is PostHouse {
    bytes32 private constant DEFAULT_ADMIN_ROLE = bytes32(0);
    uint40 private constant WAIT = 2 days;
    uint40 private constant WINDOW = 14 days;

    // ---- vacate ----

    function test_a_stolen_post_is_empty_at_once() public {
        offer(heir);
        vm.expectEmit(address(participants));
        emit IPosts.PostVacated(postId, reporter);
        vacate(postId);
        assertEq(participants.holderOf(postId), address(0));
        refusedAsNoHeir(heir);
        take(heir);
        refused(abi.encodeWithSelector(IPosts.Posts_NotTheHolder.selector, postId, reporter));
        vm.prank(reporter);
        participants.offerPost(postId, heir);
        refusedAsNoHeir(reporter);
        take(reporter);
    }

    function test_only_the_default_admin_vacates_and_only_what_is_held() public {
        refusedWithoutOffice(guardian, DEFAULT_ADMIN_ROLE);
        vm.prank(guardian);
        participants.vacatePost(postId);
        refusedWithoutOffice(reporter, DEFAULT_ADMIN_ROLE);
        vm.prank(reporter);
        participants.vacatePost(postId);
        vacate(postId);
        refused(abi.encodeWithSelector(IPosts.Posts_AlreadyVacant.selector, postId));
        vacate(postId);
    }

    function test_nobody_takes_a_vacant_post_that_was_announced_for_nobody() public {
        vacate(postId);
        refusedAsNoHeir(outsider);
        take(outsider);
    }

    // ---- announce ----

    function test_a_replacement_is_seen_two_days_before() public {
        uint40 from = uint40(block.timestamp) + WAIT;
        vm.expectEmit(address(participants));
        emit IPosts.PostReplacementAnnounced(postId, replacement, from, from + WINDOW);
        announce(replacement);
        assertEq(participants.post(postId).replacement, replacement);
        assertEq(takeableAt(), from);
        assertEq(participants.holderOf(postId), reporter, "who holds it goes on");
    }

    function test_a_replacement_takes_from_the_second_on_at_which_it_may() public {
        announce(replacement);
        uint256 from = takeableAt();
        vm.warp(from - 1);
        refused(abi.encodeWithSelector(IPosts.Posts_NotYetTakeable.selector, postId, from - 1, from));
        take(replacement);
        vm.warp(from);
        vm.expectEmit(address(participants));
        emit IPosts.PostTaken(postId, reporter, replacement);
        take(replacement);
        assertEq(participants.holderOf(postId), replacement);
        assertEq(participants.post(postId).replacement, address(0));
        assertEq(takeableAt(), 0);
    }

    function test_a_replacement_takes_until_the_second_before_its_window_ends() public {
        announce(replacement);
        uint256 end = takeableAt() + WINDOW;
        uint256 state = vm.snapshotState();
        vm.warp(end - 1);
        take(replacement);
        vm.revertToState(state);
        vm.warp(end);
        refused(abi.encodeWithSelector(IPosts.Posts_ReplacementExpired.selector, postId, end, end));
        take(replacement);
    }

    /// A replacement announced long ago, its key stolen since, would have been a trap that sleeps.
    function test_an_old_announcement_does_not_sleep_for_ever() public {
        announce(replacement);
        skip(365 days);
        refused(
            abi.encodeWithSelector(
                IPosts.Posts_ReplacementExpired.selector, postId, block.timestamp, takeableAt() + WINDOW
            )
        );
        take(replacement);
    }

    function test_an_announcement_is_taken_back_and_begun_anew() public {
        announceAndWait();
        vm.expectEmit(address(participants));
        emit IPosts.PostReplacementAnnounced(postId, address(0), 0, 0);
        announce(address(0));
        refusedAsNoHeir(replacement);
        take(replacement);
        announce(heir);
        assertEq(takeableAt(), block.timestamp + WAIT);
        announceAndWait();
        refusedAsNoHeir(heir);
        take(heir);
        take(replacement);
    }

    function test_only_the_default_admin_announces() public {
        address[3] memory others = [registrar, guardian, reporter];
        for (uint256 i; i < others.length; ++i) {
            refusedWithoutOffice(others[i], DEFAULT_ADMIN_ROLE);
            vm.prank(others[i]);
            participants.announceReplacement(postId, replacement);
        }
    }

    function test_a_replacement_that_became_a_party_or_a_judge_cannot_take() public {
        announceAndWait();
        createPost(Offices.ARBITER, replacement);
        refusedForAnotherOffice(replacement, Offices.ARBITER);
        take(replacement);
        announce(heir);
        skip(WAIT);
        vm.prank(registrar);
        participants.register(heir, Offices.NODE);
        refusedAsParticipant(heir);
        take(heir);
        assertEq(participants.holderOf(postId), reporter);
    }

    // ---- who could stand in the way ----

    /// The old contract forgot the announcement at a hand-over: a thief was rid of it by passing the post to itself.
    function test_no_holder_is_rid_of_its_replacement_by_a_hand_over() public {
        announce(replacement);
        handOver(postId, heir);
        assertEq(participants.post(postId).replacement, replacement);
        skip(WAIT);
        vm.prank(heir);
        participants.offerPost(postId, outsider);
        take(replacement);
        assertEq(participants.holderOf(postId), replacement);
        refusedAsNoHeir(outsider);
        take(outsider);
    }

    function test_a_vacant_post_waits_for_its_replacement() public {
        announce(replacement);
        vacate(postId);
        assertEq(participants.post(postId).replacement, replacement);
        skip(WAIT);
        vm.expectEmit(address(participants));
        emit IPosts.PostTaken(postId, address(0), replacement);
        take(replacement);
    }

    /// Else an account that is vacated could take the post again in the same second.
    function test_nobody_is_announced_as_its_own_replacement() public {
        refused(abi.encodeWithSelector(IPosts.Posts_AlreadyHeld.selector, postId, reporter));
        announce(reporter);
    }

    function test_who_was_announced_and_took_by_hand_over_is_not_back_after_a_theft() public {
        announceAndWait();
        handOver(postId, replacement);
        assertEq(participants.post(postId).replacement, address(0));
        vacate(postId);
        refusedAsNoHeir(replacement);
        take(replacement);
    }

    function test_a_false_alarm_costs_two_days() public {
        vacate(postId);
        announce(reporter);
        vm.warp(takeableAt() - 1);
        refused(abi.encodeWithSelector(IPosts.Posts_NotYetTakeable.selector, postId, block.timestamp, takeableAt()));
        take(reporter);
        skip(1);
        take(reporter);
        assertEq(participants.holderOf(postId), reporter);
    }

    function testFuzz_nobody_takes_outside_of_the_window(uint40 wait) public {
        announce(replacement);
        uint256 from = takeableAt();
        vm.warp(block.timestamp + wait);
        bool open = block.timestamp >= from && block.timestamp < from + WINDOW;
        vm.prank(replacement);
        (bool done,) = address(participants).call(abi.encodeCall(IPosts.takePost, (postId)));
        assertEq(done, open);
        assertEq(participants.holderOf(postId), open ? replacement : reporter);
    }
}
