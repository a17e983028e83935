// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { PlainToken } from "./PlainToken.sol";

/// Calls what it is armed with in the middle of each transfer, before anything moves, and remembers the answer. The
/// transfer itself then goes on, so that a call that gets through shows in what was paid.
contract ReentrantToken is PlainToken {
    address public target;
    bytes public attack;
    uint256 public attempts;
    bool public gotThrough;
    bytes public answer;

    function arm(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        _allow(spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _strike();
        _move(msg.sender, to, amount, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        _strike();
        _spend(from, amount);
        _move(from, to, amount, amount);
        return true;
    }

    function _strike() private {
        if (target == address(0)) return;
        ++attempts;
        (bool ok, bytes memory data) = target.call(attack);
        gotThrough = gotThrough || ok;
        answer = data;
    }
}
