// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The bookkeeping that the misbehaving tokens share. Anybody may mint: it stands for no money.
abstract contract PlainToken {
    mapping(address holder => uint256) public balanceOf;
    mapping(address holder => mapping(address spender => uint256)) public allowance;

    error Short(address holder, uint256 balance, uint256 amount);

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function _allow(address spender, uint256 amount) internal {
        allowance[msg.sender][spender] = amount;
    }

    function _spend(address from, uint256 amount) internal {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed < amount) revert Short(from, allowed, amount);
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
    }

    function _move(address from, address to, uint256 taken, uint256 given) internal {
        if (balanceOf[from] < taken) revert Short(from, balanceOf[from], taken);
        balanceOf[from] -= taken;
        balanceOf[to] += given;
    }
}
