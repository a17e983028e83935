// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPosts } from "../../../../contracts/identity/interfaces/IPosts.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IdentityHouse } from "../../support/IdentityHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { PostHandler } from "./PostHandler.sol";

/// Numbered in contracts/README.md: I1 to I5.
contract PostInvariants is IdentityHouse, WalkTest {
    PostHandler private handler;

    function setUp() public override {
        super.setUp();
        vm.prank(admin);
        participants.sealContractOffices();
        handler = new PostHandler(participants, admin, registrar);
        bytes4[] memory steps = new bytes4[](15);
        steps[0] = PostHandler.create.selector;
        steps[1] = PostHandler.offer.selector;
        steps[2] = PostHandler.take.selector;
        steps[3] = PostHandler.take.selector;
        steps[4] = PostHandler.vacate.selector;
        steps[5] = PostHandler.announce.selector;
        steps[6] = PostHandler.register.selector;
        steps[7] = PostHandler.announceGrant.selector;
        steps[8] = PostHandler.withdrawGrant.selector;
        steps[9] = PostHandler.grant.selector;
        steps[10] = PostHandler.grant.selector;
        steps[11] = PostHandler.revoke.selector;
        steps[12] = PostHandler.wait.selector;
        steps[13] = PostHandler.intrude.selector;
        steps[14] = PostHandler.intrude.selector;
        walkWith(address(handler), steps);
    }

    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "create, create in vain, offer, offer in vain, take by offer, take by replacement, take in vain, vacate, vacate in vain, announce, announce in vain, register, register in vain, announce a grant, withdraw a grant, grant, grant in vain, revoke, revoke in vain, intrude and be refused, wait",
            6,
            256,
            3
        );
        invariant_every_promise_of_posts_and_offices_holds();
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 250) % 14;
        if (which == 0) handler.create(seed);
        else if (which == 1) handler.offer(seed);
        else if (which < 4) handler.take(seed);
        else if (which == 4) handler.vacate(seed);
        else if (which == 5) handler.announce(seed);
        else if (which == 6) seed % 8 == 0 ? handler.register(seed) : handler.offer(seed);
        else if (which == 7) handler.announceGrant(seed);
        else if (which == 8) handler.withdrawGrant(seed);
        else if (which < 11) handler.grant(seed);
        else if (which == 11) handler.revoke(seed);
        else if (which == 12) handler.wait(seed);
        else handler.intrude(seed);
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_posts_and_offices_holds() public view {
        holds_I1_no_account_holds_posts_of_two_offices_nor_is_it_participant_and_holder();
        holds_I2_every_call_ends_as_the_walk_says_and_every_post_is_as_the_walk_knows_it();
        holds_I3_no_sealed_office_is_granted_without_an_announcement_two_days_old();
        holds_I4_a_stolen_post_key_is_stopped_at_once();
        holds_I5_no_hand_over_leaves_a_gap();
    }

    function holds_I1_no_account_holds_posts_of_two_offices_nor_is_it_participant_and_holder() public view {
        uint256 posts = handler.count();
        for (uint256 i = 1; i <= posts; ++i) {
            IPosts.Post memory one = participants.post(uint32(i));
            if (one.holder == address(0)) continue;
            assertFalse(participants.isRegistered(one.holder), "a holder is a participant");
            for (uint256 j = i + 1; j <= posts; ++j) {
                IPosts.Post memory other = participants.post(uint32(j));
                if (other.holder == one.holder) assertEq(other.office, one.office, "two offices");
            }
        }
    }

    function holds_I2_every_call_ends_as_the_walk_says_and_every_post_is_as_the_walk_knows_it() public view {
        assertEq(handler.surprises(), 0, "a call ended otherwise");
        uint256 posts = handler.count();
        assertEq(participants.post(uint32(posts + 1)).office, bytes32(0), "a post nobody created");
        for (uint256 i = handler.house() + 1; i <= posts; ++i) {
            PostHandler.Known memory known = handler.known(i);
            IPosts.Post memory record = participants.post(uint32(i));
            assertEq(record.office, known.office, "office");
            assertEq(record.holder, known.holder, "holder");
            assertEq(record.heir, known.heir, "heir");
            assertEq(record.replacement, known.replacement, "replacement");
            assertEq(record.takeableAt, known.takeableAt, "takeable");
            assertTrue(known.replacement == address(0) || known.replacement != known.holder, "its own replacement");
        }
        for (uint256 i; i < handler.people(); ++i) {
            address person = handler.person(i);
            (, uint256 held) = participants.dutiesOf(person);
            assertEq(held, handler.postsOf(person), "duties");
            assertEq(participants.isRegistered(person), handler.isKnown(person), "registered");
        }
    }

    function holds_I3_no_sealed_office_is_granted_without_an_announcement_two_days_old() public view {
        assertEq(handler.unseenGrants(), 0, "unseen");
        assertTrue(participants.contractOfficesSealed(), "sealed");
        for (uint256 i; i < handler.people(); ++i) {
            address person = handler.person(i);
            for (uint256 j; j < 5; ++j) {
                bytes32 office = handler.sealedOffice(j);
                assertEq(participants.hasRole(office, person), handler.isGranted(office, person), "granted");
                assertEq(participants.grantableAt(office, person), handler.grantableAt(office, person), "announced");
            }
        }
    }

    function holds_I4_a_stolen_post_key_is_stopped_at_once() public view {
        assertEq(handler.survivors(), 0);
    }

    function holds_I5_no_hand_over_leaves_a_gap() public view {
        assertEq(handler.gaps(), 0);
    }
}
