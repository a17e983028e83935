// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Forgetting } from "../../../../contracts/libraries/Forgetting.sol";

/// For halmos. What it takes remainders by 365 for is beyond the solver: fuzz tests hold that.
contract ForgettingProofs {
    function check_nothing_fades_on_the_same_day(uint128 sum, uint24 day) public pure {
        assert(Forgetting.keptDown(sum, day, day) == sum);
    }
}
