// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IReceivables } from "../../../contracts/settlement/interfaces/IReceivables.sol";

/// Stands in for the receivables: takes the money that it is to take, and remembers for whom.
contract ReceivablesDouble is IReceivables {
    struct Claim {
        uint256 orderId;
        uint256 deliveryId;
        address supplier;
        address buyer;
        uint128 amount;
        uint40 dueAt;
    }

    IERC20 public immutable token;

    Claim[] private _claims;

    constructor(IERC20 token_) {
        token = token_;
    }

    function issue(uint256 orderId, uint256 deliveryId, address supplier, address buyer, uint128 amount, uint40 dueAt)
        external
        returns (uint256 claimId)
    {
        _claims.push(Claim(orderId, deliveryId, supplier, buyer, amount, dueAt));
        token.transferFrom(msg.sender, address(this), amount);
        return _claims.length;
    }

    function claims() external view returns (Claim[] memory) {
        return _claims;
    }
}
