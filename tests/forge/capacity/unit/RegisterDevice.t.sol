// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract RegisterDeviceTest is CapacityHouse {
    function _fresh() private returns (ICapacityTokens.DeviceTerms memory terms) {
        terms = deviceTerms();
        terms.deviceRef = newReference();
        terms.region = REGION;
    }

    function _refused(ICapacityTokens.DeviceTerms memory terms, bytes memory reason) private {
        refused(reason);
        vm.prank(plant);
        capacity.registerDevice(terms);
    }

    function _outOfBounds(ICapacityTokens.DeviceTerms memory terms, uint256 actual, uint256 min, uint256 max) private {
        _refused(terms, abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, actual, min, max));
    }

    function test_a_device_is_kept_with_its_terms() public {
        ICapacityTokens.DeviceTerms memory terms = _fresh();
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.DeviceRegistered(2, plant, terms.deviceRef, terms);
        vm.prank(plant);
        assertEq(capacity.registerDevice(terms), 2);
        ICapacityTokens.Device memory machine = capacity.device(2);
        assertEq(machine.plant, plant);
        assertEq(machine.gridStart, terms.gridStart);
        assertEq(machine.slotSeconds, SHIFT);
        assertEq(machine.noticeSeconds, NOTICE);
        assertEq(machine.attesterPost, attesterPost);
        assertEq(machine.arbiterPost, arbiterPost);
        assertEq(machine.region, terms.region);
        assertEq(machine.reportSeconds, REPORT);
        assertEq(machine.disputeSeconds, DISPUTE);
        assertEq(machine.rulingSeconds, RULING);
        assertEq(machine.deviceRef, terms.deviceRef);
        assertEq(capacity.deviceFor(plant, terms.deviceRef), 2);
        assertEq(capacity.attestedDeviceFor(terms.deviceRef), 0);
    }

    function test_slots_follow_one_another_without_gap_or_overlap() public view {
        for (uint64 slot; slot < 20; ++slot) {
            (uint256 expiresAt, uint256 startsAt, uint256 endsAt, uint256 end) = capacity.slotTimes(deviceId, slot);
            (, uint256 next,,) = capacity.slotTimes(deviceId, slot + 1);
            assertEq(startsAt, START + 8 hours + slot * 8 hours, "start");
            assertEq(endsAt, next, "end");
            assertEq(expiresAt, startsAt - NOTICE, "expiry");
            assertEq(end, endsAt + REPORT, "report end");
        }
    }

    function test_a_slot_at_the_beginning_of_time_has_expired() public {
        ICapacityTokens.DeviceTerms memory terms = _fresh();
        terms.gridStart = NOTICE;
        vm.prank(plant);
        uint64 old = capacity.registerDevice(terms);
        (uint256 expiresAt,,,) = capacity.slotTimes(old, 0);
        assertEq(expiresAt, 0);
    }

    function test_only_an_active_participant_registers_devices() public {
        ICapacityTokens.DeviceTerms memory terms = _fresh();
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, outsider));
        vm.prank(outsider);
        capacity.registerDevice(terms);
        suspend(plant);
        _refused(terms, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, plant));
    }

    function test_a_plant_registers_a_reference_once() public {
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        _refused(
            terms,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceSeen.selector, plant, DEVICE_REF, deviceId)
        );
        terms.deviceRef = 0;
        _refused(terms, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
    }

    function test_the_posts_of_a_device_are_an_attesters_and_an_arbiters() public {
        ICapacityTokens.DeviceTerms memory terms = _fresh();
        bytes4 why = IRoom.Room_NotAPostOf.selector;
        terms.attesterPost = arbiterPost;
        _refused(terms, abi.encodeWithSelector(why, arbiterPost, Offices.ATTESTER));
        terms.attesterPost = 99;
        _refused(terms, abi.encodeWithSelector(why, 99, Offices.ATTESTER));
        terms.attesterPost = attesterPost;
        terms.arbiterPost = weatherPost;
        _refused(terms, abi.encodeWithSelector(why, weatherPost, Offices.ARBITER));
    }

    function test_terms_keep_their_bounds() public {
        ICapacityTokens.DeviceTerms memory terms = _fresh();
        terms.slotSeconds = 15 minutes - 1;
        _outOfBounds(terms, 15 minutes - 1, 15 minutes, 7 days);
        terms.slotSeconds = 7 days + 1;
        _outOfBounds(terms, 7 days + 1, 15 minutes, 7 days);
        terms.slotSeconds = 15 minutes + 1;
        _refused(
            terms, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotNotWholeMinutes.selector, 15 minutes + 1)
        );
        terms.slotSeconds = 15 minutes;
        terms.noticeSeconds = 30 days + 1;
        _outOfBounds(terms, 30 days + 1, 0, 30 days);
        terms.noticeSeconds = 0;
        terms.reportSeconds = 1 hours - 1;
        _outOfBounds(terms, 1 hours - 1, 1 hours, 30 days);
        terms.reportSeconds = 30 days + 1;
        _outOfBounds(terms, 30 days + 1, 1 hours, 30 days);
        terms.reportSeconds = 1 hours;
        terms.disputeSeconds = 1 hours - 1;
        _outOfBounds(terms, 1 hours - 1, 1 hours, 30 days);
        terms.disputeSeconds = 30 days + 1;
        _outOfBounds(terms, 30 days + 1, 1 hours, 30 days);
        terms.disputeSeconds = 30 days;
        terms.rulingSeconds = 1 hours - 1;
        _outOfBounds(terms, 1 hours - 1, 1 hours, 30 days);
        terms.rulingSeconds = 30 days + 1;
        _outOfBounds(terms, 30 days + 1, 1 hours, 30 days);
        terms.rulingSeconds = 30 days;
        vm.prank(plant);
        assertEq(capacity.registerDevice(terms), 2);
    }

    // ---- another attester ----

    function test_another_post_is_for_slots_not_yet_attested() public {
        attest(FREE);
        address successor = actor("second attester");
        uint32 secondPost = createPost(Offices.ATTESTER, successor);
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.DeviceAttesterNamed(deviceId, secondPost);
        vm.prank(plant);
        capacity.nameAttester(deviceId, secondPost);
        attest(FREE - 1);
        assertEq(capacity.slot(deviceId, SLOT).attesterPost, attesterPost, "the slot keeps its post");
        vm.prank(successor);
        capacity.attestCapacity(deviceId, SLOT + 1, FREE, "schedule");
        assertEq(capacity.slot(deviceId, SLOT + 1).attesterPost, secondPost);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, successor, attester));
        vm.prank(successor);
        capacity.attestCapacity(deviceId, SLOT, FREE, "schedule");
    }

    function test_only_the_plant_names_a_post_and_only_an_attesters() public {
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceUnknown.selector, 9));
        vm.prank(plant);
        capacity.nameAttester(9, attesterPost);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotThePlant.selector, deviceId, attester));
        vm.prank(attester);
        capacity.nameAttester(deviceId, attesterPost);
        refused(abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, arbiterPost, Offices.ATTESTER));
        vm.prank(plant);
        capacity.nameAttester(deviceId, arbiterPost);
    }
}
