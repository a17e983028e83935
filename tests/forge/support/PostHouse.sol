// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPosts } from "../../../contracts/identity/interfaces/IPosts.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { IdentityHouse } from "./IdentityHouse.sol";

/// The house with a post of its own: a reporter's, whose daemon changes keys.
abstract contract PostHouse is IdentityHouse {
    bytes32 internal constant NAME = keccak256("reporter of platform A");

    address internal reporter;
    address internal heir;
    address internal replacement;
    uint32 internal postId;

    function setUp() public virtual override {
        super.setUp();
        reporter = actor("reporter");
        heir = actor("heir");
        replacement = actor("replacement");
        postId = createPost(Offices.REPORTER, reporter);
    }

    function offer(address to) internal {
        vm.prank(participants.holderOf(postId));
        participants.offerPost(postId, to);
    }

    function take(address who) internal {
        vm.prank(who);
        participants.takePost(postId);
    }

    function announce(address who) internal {
        vm.prank(admin);
        participants.announceReplacement(postId, who);
    }

    /// The announcement of `replacement` whose time has come.
    function announceAndWait() internal {
        announce(replacement);
        skip(participants.REPLACEMENT_SECONDS());
    }

    function takeableAt() internal view returns (uint256) {
        return participants.post(postId).takeableAt;
    }

    function refusedAsUnknown(uint32 unknown) internal {
        refused(abi.encodeWithSelector(IPosts.Posts_Unknown.selector, unknown));
    }

    function refusedAsNoHeir(address who) internal {
        refused(abi.encodeWithSelector(IPosts.Posts_NotTheHeir.selector, postId, who));
    }

    function refusedForAnotherOffice(address who, bytes32 office) internal {
        refused(abi.encodeWithSelector(IPosts.Posts_HoldsAnotherOffice.selector, who, office));
    }

    function refusedAsParticipant(address who) internal {
        refused(abi.encodeWithSelector(IPosts.Posts_HolderIsAParticipant.selector, who));
    }
}
