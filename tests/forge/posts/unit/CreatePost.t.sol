// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { IPosts } from "../../../../contracts/identity/interfaces/IPosts.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { PostHouse } from "../../support/PostHouse.sol";

contract CreatePostTest is PostHouse {
    bytes32 private constant DEFAULT_ADMIN_ROLE = bytes32(0);

    function test_a_post_is_numbered_named_and_given_to_its_first_holder() public {
        vm.expectEmit(address(participants));
        emit IPosts.PostCreated(postId + 1, Offices.ARBITER, heir, NAME);
        vm.prank(admin);
        assertEq(participants.createPost(Offices.ARBITER, heir, NAME), postId + 1);
        IPosts.Post memory record = participants.post(postId + 1);
        assertEq(record.office, Offices.ARBITER);
        assertEq(record.holder, heir);
        assertEq(record.heir, address(0));
        assertEq(record.replacement, address(0));
        assertEq(record.takeableAt, 0);
        assertEq(participants.holderOf(postId + 1), heir);
    }

    function test_numbers_begin_at_one() public view {
        assertEq(attesterPost, 1);
        assertEq(participants.post(0).office, bytes32(0));
        assertEq(participants.holderOf(0), address(0));
    }

    function test_only_the_default_admin_creates_posts() public {
        refusedWithoutOffice(registrar, DEFAULT_ADMIN_ROLE);
        vm.prank(registrar);
        participants.createPost(Offices.ARBITER, heir, NAME);
    }

    function test_the_offices_of_posts_are_attester_reporter_and_arbiter() public {
        bytes32[8] memory others = [
            bytes32(0),
            Offices.REGISTRAR,
            Offices.TREASURER,
            Offices.ANCHORER,
            Offices.GUARDIAN,
            Offices.SCORER,
            Offices.AWARDER,
            Offices.MARKET
        ];
        for (uint256 i; i < others.length; ++i) {
            refused(abi.encodeWithSelector(IPosts.Posts_NotAnOfficeOfPosts.selector, others[i]));
            vm.prank(admin);
            participants.createPost(others[i], heir, NAME);
        }
        createPost(Offices.ATTESTER, actor("one"));
        createPost(Offices.REPORTER, actor("two"));
        createPost(Offices.ARBITER, actor("three"));
    }

    function test_nobody_is_no_first_holder() public {
        refused(abi.encodeWithSelector(IPosts.Posts_ZeroHolder.selector));
        vm.prank(admin);
        participants.createPost(Offices.ARBITER, address(0), NAME);
    }

    function test_a_participant_gets_no_post_suspended_or_not() public {
        refusedAsParticipant(buyer);
        vm.prank(admin);
        participants.createPost(Offices.ARBITER, buyer, NAME);
        suspend(buyer);
        refusedAsParticipant(buyer);
        vm.prank(admin);
        participants.createPost(Offices.ARBITER, buyer, NAME);
        refusedAsParticipant(orders);
        vm.prank(admin);
        participants.createPost(Offices.ARBITER, orders, NAME);
    }

    function test_a_holder_gets_more_posts_of_its_office_and_none_of_another() public {
        createPost(Offices.REPORTER, reporter);
        (bytes32 office, uint256 posts) = participants.dutiesOf(reporter);
        assertEq(office, Offices.REPORTER);
        assertEq(posts, 2);
        refusedForAnotherOffice(reporter, Offices.REPORTER);
        vm.prank(admin);
        participants.createPost(Offices.ARBITER, reporter, NAME);
    }

    function test_a_holder_is_not_registered_as_a_participant() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_HoldsAPost.selector, reporter));
        vm.prank(registrar);
        participants.register(reporter, Offices.NODE);
    }

    function test_an_account_without_posts_has_no_duties() public {
        (bytes32 office, uint256 posts) = participants.dutiesOf(heir);
        assertEq(office, bytes32(0));
        assertEq(posts, 0);
        vacate(postId);
        (office, posts) = participants.dutiesOf(reporter);
        assertEq(office, bytes32(0), "nor what it once had");
        assertEq(posts, 0);
    }

    function test_a_post_is_of_its_office_held_or_vacant_and_of_no_other() public {
        for (uint256 i; i < 2; ++i) {
            assertTrue(participants.isPostOf(postId, Offices.REPORTER));
            assertFalse(participants.isPostOf(postId, Offices.ARBITER));
            assertFalse(participants.isPostOf(postId, bytes32(0)));
            if (i == 0) vacate(postId);
        }
        assertFalse(participants.isPostOf(postId + 1, Offices.REPORTER));
        assertFalse(participants.isPostOf(postId + 1, bytes32(0)), "what does not exist is of no office");
    }
}
