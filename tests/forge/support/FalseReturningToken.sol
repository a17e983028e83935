// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { PlainToken } from "./PlainToken.sol";

/// Says false where it should revert, once it is told to; nothing moves then.
contract FalseReturningToken is PlainToken {
    bool public refusing;

    function refuse(bool refusing_) external {
        refusing = refusing_;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        _allow(spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        if (refusing) return false;
        _move(msg.sender, to, amount, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (refusing) return false;
        _spend(from, amount);
        _move(from, to, amount, amount);
        return true;
    }
}
