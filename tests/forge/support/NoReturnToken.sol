// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { PlainToken } from "./PlainToken.sol";

/// Moves rightly and returns nothing at all.
contract NoReturnToken is PlainToken {
    function approve(address spender, uint256 amount) external {
        _allow(spender, amount);
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _spend(from, amount);
        _move(from, to, amount, amount);
    }
}
