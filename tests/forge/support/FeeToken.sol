// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { PlainToken } from "./PlainToken.sol";

/// Keeps one part in a hundred of whatever moves: the receiver gets less than was sent.
contract FeeToken is PlainToken {
    function approve(address spender, uint256 amount) external returns (bool) {
        _allow(spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, to, amount, amount - amount / 100);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        _spend(from, amount);
        _move(from, to, amount, amount - amount / 100);
        return true;
    }
}
