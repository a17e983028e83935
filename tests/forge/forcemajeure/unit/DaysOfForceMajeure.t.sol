// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";

contract DaysOfForceMajeureTest is ForceMajeureHouse {
    event ForceMajeureStands(
        uint256 indexed declarationId, bytes32 indexed region, uint32 fromDay, uint16 count, uint16 added
    );

    /// The worked example of the interface.
    function test_promised_on_day_D_received_five_days_later_a_storm_of_two_days_in_between() public {
        skip(10 days);
        uint32 day = today() - 6;
        storm(day + 1, 2);
        assertEq(majeure.daysIn(REGION, atHour(day, 18), atHour(day + 5, 9)), 2);
    }

    function test_a_day_counts_when_a_part_of_it_lies_in_the_range_and_not_otherwise() public {
        skip(10 days);
        uint32 day = today() - 4;
        storm(day, 1);
        assertEq(majeure.daysIn(REGION, atHour(day, 0), atHour(day + 1, 0)), 1, "the day");
        assertEq(majeure.daysIn(REGION, atHour(day, 0), atHour(day, 0) + 1), 1, "its first second");
        assertEq(majeure.daysIn(REGION, atHour(day + 1, 0) - 1, atHour(day + 1, 0)), 1, "its last second");
        assertEq(majeure.daysIn(REGION, atHour(day - 3, 0), atHour(day, 0)), 0, "before");
        assertEq(majeure.daysIn(REGION, atHour(day + 1, 0), atHour(day + 9, 0)), 0, "after");
        assertEq(majeure.daysIn(REGION, atHour(day, 12), atHour(day, 12)), 0, "nothing");
        assertEq(majeure.daysIn(REGION, atHour(day, 13), atHour(day, 12)), 0, "backwards");
        assertEq(majeure.daysIn("elsewhere", atHour(day, 0), atHour(day + 1, 0)), 0, "elsewhere");
        assertEq(majeure.daysIn(0, atHour(day, 0), atHour(day + 1, 0)), 0, "no region");
    }

    function test_no_day_counts_twice() public {
        skip(10 days);
        uint32 day = today() - 5;
        storm(day, 3);
        uint256 id = declare(day + 2, 2);
        skip(MAJEURE_DISPUTE);
        vm.expectEmit();
        emit ForceMajeureStands(id, REGION, day + 2, 2, 1);
        majeure.applyDeclaration(id);
        assertEq(majeure.daysIn(REGION, atHour(day, 0), atHour(day + 9, 0)), 4);
    }

    function test_days_over_the_edge_of_a_word_all_stand() public {
        uint32 edge = (today() / 256 + 1) * 256;
        vm.warp(atHour(edge + 3, 0));
        storm(edge - 2, 5);
        for (uint32 i; i < 5; ++i) {
            assertTrue(majeure.stands(REGION, edge - 2 + i));
        }
        assertFalse(majeure.stands(REGION, edge - 3));
        assertFalse(majeure.stands(REGION, edge + 3));
        assertEq(majeure.daysIn(REGION, atHour(edge - 1, 0), atHour(edge + 1, 0)), 2);
        assertEq(majeure.daysIn(REGION, atHour(edge - 9, 0), atHour(edge + 9, 0)), 5);
    }

    function test_no_question_reverts_and_of_a_long_range_the_first_twelve_years_count() public {
        skip(10 days);
        uint32 day = today();
        storm(day, 1);
        assertEq(majeure.daysIn(REGION, atHour(day - 4607, 0), type(uint256).max), 1);
        assertEq(majeure.daysIn(REGION, atHour(day - 4608, 0), type(uint256).max), 0);
        assertEq(majeure.daysIn(REGION, type(uint256).max - 1, type(uint256).max), 0);
        assertEq(majeure.daysIn(REGION, 0, type(uint256).max), 0);
    }

    /// Against a list of days that is looked through one by one.
    function testFuzz_days_in_a_range_are_those_of_a_naive_list(uint256 seed, uint256 from, uint256 to) public {
        uint32 base = today() / 256 * 256 + 240; // around the edge of a word
        vm.warp(atHour(base + 40, 0));
        bool[80] memory listed;
        for (uint256 i; i < 4; ++i) {
            uint32 first = base + 10 + uint32(uint256(keccak256(abi.encode(seed, i))) % 30);
            uint16 count = 1 + uint16(uint256(keccak256(abi.encode(seed, i, "count"))) % (base + 41 - first));
            uint256 id = declare(first, count);
            disputeDays(i % 2 == 0 ? buyer : supplier, id);
            uint16 granted = uint16(uint256(keccak256(abi.encode(seed, i, "granted"))) % (count + 1));
            uint32 start = first + count - granted;
            ruleDays(id, start, granted);
            for (uint256 day = start; day < start + granted; ++day) {
                listed[day - base] = true;
            }
        }
        from = bound(from, atHour(base - 20, 0), atHour(base + 79, 0));
        to = bound(to, atHour(base - 20, 0), atHour(base + 79, 0));
        uint256 total;
        for (uint256 day; day < 80; ++day) {
            if (listed[day] && atHour(base + day, 0) < to && atHour(base + day + 1, 0) > from && from < to) ++total;
        }
        assertEq(majeure.daysIn(REGION, from, to), total);
    }

    /// Whoever rounds lateness up to whole days is excused of all of it by a storm over all of it.
    function testFuzz_a_storm_over_all_of_it_excuses_all_of_it(uint256 promisedAt, uint256 late) public {
        uint32 day = today();
        vm.warp(atHour(day + 30, 0));
        storm(day, 31);
        promisedAt = bound(promisedAt, atHour(day, 0), atHour(day + 20, 0));
        late = bound(late, 1, 10 days);
        assertGe(majeure.daysIn(REGION, promisedAt, promisedAt + late), (late + 1 days - 1) / 1 days, "excused");
    }
}
