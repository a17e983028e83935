// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract AttestCapacityTest is CapacityHouse {
    function _refusedAttestation(uint64 slot, uint24 attested, bytes memory reason) private {
        refused(reason);
        vm.prank(attester);
        capacity.attestCapacity(deviceId, slot, attested, "schedule");
    }

    function _refusedFailure(address who, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        capacity.failSlot(deviceId, SLOT, "down");
    }

    function test_what_the_attester_finds_free_can_be_issued() public {
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.CapacityAttested(deviceId, SLOT, attesterPost, attester, FREE, 0, "schedule");
        vm.prank(attester);
        capacity.attestCapacity(deviceId, SLOT, FREE, "schedule");
        ICapacityTokens.Slot memory slot = capacity.slot(deviceId, SLOT);
        assertEq(slot.attesterPost, attesterPost);
        assertEq(slot.attested, FREE);
        assertEq(slot.issued, 0);
        assertFalse(slot.failed);
        assertEq(capacity.attestedDeviceFor(DEVICE_REF), deviceId);
    }

    function test_an_attestation_goes_up_and_down_to_what_is_issued() public {
        sold(120);
        _refusedAttestation(
            SLOT,
            119,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_BelowIssued.selector, deviceId, SLOT, 119, 120)
        );
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.CapacityAttested(deviceId, SLOT, attesterPost, attester, 120, 120, "schedule");
        vm.prank(attester);
        capacity.attestCapacity(deviceId, SLOT, 120, "schedule");
        attest(SHIFT_MINUTES);
        assertEq(capacity.slot(deviceId, SLOT).attested, SHIFT_MINUTES);
    }

    function test_no_more_is_free_than_the_slot_is_long() public {
        _refusedAttestation(
            SLOT,
            SHIFT_MINUTES + 1,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ExceedsSlot.selector, deviceId, SLOT, 481, 480)
        );
        attest(SHIFT_MINUTES);
    }

    function test_only_the_holder_of_the_named_post_attests() public {
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceUnknown.selector, 9));
        vm.prank(attester);
        capacity.attestCapacity(9, SLOT, FREE, "schedule");
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, plant, attester));
        vm.prank(plant);
        capacity.attestCapacity(deviceId, SLOT, FREE, "schedule");
        vacate(attesterPost);
        _refusedAttestation(
            SLOT, FREE, abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, address(0))
        );
    }

    function test_an_attestation_names_its_evidence() public {
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(attester);
        capacity.attestCapacity(deviceId, SLOT, FREE, 0);
    }

    function test_attesting_closes_when_the_tokens_expire() public {
        vm.warp(expiry() - 1);
        attest(FREE);
        for (uint256 late; late < 2; ++late) {
            vm.warp(expiry() + late);
            _refusedAttestation(
                SLOT,
                FREE,
                abi.encodeWithSelector(
                    ICapacityTokens.CapacityTokens_SlotExpired.selector, deviceId, SLOT, expiry() + late, expiry()
                )
            );
        }
    }

    function test_a_slot_lies_at_most_a_year_ahead() public {
        // Slot 1098 starts 366 days after the grid does; the grid starts eight hours from now.
        (, uint256 startsAt,,) = capacity.slotTimes(deviceId, 1098);
        uint256 latest = START + 366 days;
        _refusedAttestation(
            1098,
            FREE,
            abi.encodeWithSelector(
                ICapacityTokens.CapacityTokens_SlotTooFarAhead.selector, deviceId, 1098, startsAt, latest
            )
        );
        skip(8 hours - 1);
        _refusedAttestation(
            1098,
            FREE,
            abi.encodeWithSelector(
                ICapacityTokens.CapacityTokens_SlotTooFarAhead.selector, deviceId, 1098, startsAt, startsAt - 1
            )
        );
        skip(1);
        vm.prank(attester);
        capacity.attestCapacity(deviceId, 1098, FREE, "schedule");
        (, startsAt,,) = capacity.slotTimes(deviceId, type(uint64).max);
        _refusedAttestation(
            type(uint64).max,
            FREE,
            abi.encodeWithSelector(
                ICapacityTokens.CapacityTokens_SlotTooFarAhead.selector,
                deviceId,
                type(uint64).max,
                startsAt,
                block.timestamp + 366 days
            )
        );
    }

    /// Anybody can register a reference; only the attested one sells, and then no other ever does.
    function test_nobody_squats_on_a_device_and_none_is_attested_twice() public {
        vm.prank(reseller);
        uint64 other = capacity.registerDevice(deviceTerms());
        attest(FREE);
        refused(
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceElsewhere.selector, other, DEVICE_REF, deviceId)
        );
        vm.prank(attester);
        capacity.attestCapacity(other, SLOT, FREE, "schedule");
    }

    // ---- failure ----

    function test_the_plant_or_the_attester_says_that_the_device_is_down() public {
        attest(FREE);
        uint256 state = vm.snapshotState();
        address[2] memory who = [plant, attester];
        for (uint256 i; i < 2; ++i) {
            vm.expectEmit(address(capacity));
            emit ICapacityTokens.SlotFailed(deviceId, SLOT, who[i], "down");
            vm.prank(who[i]);
            capacity.failSlot(deviceId, SLOT, "down");
            assertTrue(capacity.slot(deviceId, SLOT).failed);
            _refusedFailure(
                who[i], abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotFailed.selector, deviceId, SLOT)
            );
            _refusedAttestation(
                SLOT, FREE, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotFailed.selector, deviceId, SLOT)
            );
            vm.revertToState(state);
        }
    }

    function test_nobody_else_fails_a_slot() public {
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceUnknown.selector, 9));
        vm.prank(plant);
        capacity.failSlot(9, SLOT, "down");
        _refusedFailure(
            plant, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotNotAttested.selector, deviceId, SLOT)
        );
        attest(FREE);
        _refusedFailure(
            holder,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotPlantNorAttester.selector, deviceId, SLOT, holder)
        );
        vacate(attesterPost);
        _refusedFailure(
            attester,
            abi.encodeWithSelector(
                ICapacityTokens.CapacityTokens_NotPlantNorAttester.selector, deviceId, SLOT, attester
            )
        );
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(plant);
        capacity.failSlot(deviceId, SLOT, 0);
    }

    function test_a_slot_fails_only_before_its_tokens_expire() public {
        attest(FREE);
        for (uint256 late; late < 2; ++late) {
            vm.warp(expiry() + late);
            _refusedFailure(
                plant,
                abi.encodeWithSelector(
                    ICapacityTokens.CapacityTokens_SlotExpired.selector, deviceId, SLOT, expiry() + late, expiry()
                )
            );
        }
        vm.warp(expiry() - 1);
        failSlot();
    }
}
