// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPosts } from "../../../../contracts/identity/interfaces/IPosts.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { PostHouse } from "../../support/PostHouse.sol";

contract HandOverTest is PostHouse {
    function test_an_offered_post_is_its_holders_until_the_heir_takes_it() public {
        vm.expectEmit(address(participants));
        emit IPosts.PostOffered(postId, reporter, heir);
        offer(heir);
        assertEq(participants.holderOf(postId), reporter);
        assertEq(participants.post(postId).heir, heir);
        vm.expectEmit(address(participants));
        emit IPosts.PostTaken(postId, reporter, heir);
        take(heir);
        assertEq(participants.holderOf(postId), heir);
        assertEq(participants.post(postId).heir, address(0));
    }

    function test_who_hands_over_keeps_nothing_and_may_become_a_participant() public {
        handOver(postId, heir);
        (, uint256 posts) = participants.dutiesOf(reporter);
        assertEq(posts, 0);
        vm.prank(registrar);
        participants.register(reporter, Offices.NODE);
        (bytes32 office, uint256 now_) = participants.dutiesOf(heir);
        assertEq(office, Offices.REPORTER);
        assertEq(now_, 1);
    }

    function test_only_the_holder_offers() public {
        address[4] memory others = [admin, registrar, heir, outsider];
        for (uint256 i; i < others.length; ++i) {
            refused(abi.encodeWithSelector(IPosts.Posts_NotTheHolder.selector, postId, others[i]));
            vm.prank(others[i]);
            participants.offerPost(postId, heir);
        }
    }

    function test_an_offer_is_taken_back_and_changed() public {
        offer(heir);
        vm.expectEmit(address(participants));
        emit IPosts.PostOffered(postId, reporter, address(0));
        offer(address(0));
        refusedAsNoHeir(heir);
        take(heir);
        offer(heir);
        offer(outsider);
        refusedAsNoHeir(heir);
        take(heir);
        take(outsider);
        assertEq(participants.holderOf(postId), outsider);
    }

    function test_only_the_heir_takes_and_only_once() public {
        offer(heir);
        refusedAsNoHeir(outsider);
        take(outsider);
        take(heir);
        refused(abi.encodeWithSelector(IPosts.Posts_AlreadyHeld.selector, postId, heir));
        take(heir);
        refusedAsNoHeir(reporter);
        take(reporter);
    }

    function test_a_participant_and_a_holder_of_another_office_take_no_post() public {
        offer(buyer);
        refusedAsParticipant(buyer);
        take(buyer);
        offer(arbiter);
        refusedForAnotherOffice(arbiter, Offices.ARBITER);
        take(arbiter);
        offer(heir);
        vm.prank(registrar);
        participants.register(heir, Offices.NODE);
        refusedAsParticipant(heir);
        take(heir);
        assertEq(participants.holderOf(postId), reporter, "no gap");
    }

    function test_an_heir_with_another_post_of_the_office_holds_both() public {
        uint32 other = createPost(Offices.REPORTER, heir);
        handOver(postId, heir);
        (, uint256 posts) = participants.dutiesOf(heir);
        assertEq(posts, 2);
        vacate(other);
        (, posts) = participants.dutiesOf(heir);
        assertEq(posts, 1);
        refusedForAnotherOffice(heir, Offices.REPORTER);
        vm.prank(admin);
        participants.createPost(Offices.ARBITER, heir, NAME);
    }

    function test_a_holder_that_left_may_hold_another_office() public {
        handOver(postId, heir);
        createPost(Offices.ARBITER, reporter);
        (bytes32 office,) = participants.dutiesOf(reporter);
        assertEq(office, Offices.ARBITER);
        vm.prank(heir);
        participants.offerPost(postId, reporter);
        refusedForAnotherOffice(reporter, Offices.ARBITER);
        take(reporter);
    }

    function test_unknown_posts_are_neither_offered_nor_taken() public {
        refusedAsUnknown(postId + 1);
        participants.offerPost(postId + 1, heir);
        refusedAsUnknown(0);
        participants.takePost(0);
        refusedAsUnknown(postId + 1);
        vm.prank(admin);
        participants.vacatePost(postId + 1);
        refusedAsUnknown(postId + 1);
        vm.prank(admin);
        participants.announceReplacement(postId + 1, heir);
    }

    /// A holder offers to whom it likes as often as it likes: there is one holder, and only the last heir takes.
    function testFuzz_a_chain_of_hand_overs_leaves_one_holder(uint8[8] memory path) public {
        for (uint256 i; i < path.length; ++i) {
            address next = vm.addr(uint256(path[i]) + 1);
            if (next != participants.holderOf(postId)) handOver(postId, next);
            assertEq(participants.holderOf(postId), next);
            (, uint256 posts) = participants.dutiesOf(next);
            assertEq(posts, 1);
        }
    }
}
