// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title ISettlementToken
/// @notice Tokenised deposit with two decimals: one unit is one minor unit of the currency. 结算币.
/// Issued by the treasurer against bank money, redeemed the same way, held and moved by participants only. A custodian
/// takes tokens by {transferFrom}; nobody can send it any, so that its balance is what its books say.
///
/// Assumptions for safety:
/// - the treasurer issues only against money that is at the bank.
/// Assumptions for liveness:
/// - the treasurer pays out redeemed tokens.
/// @custom:security-contact See SECURITY.md
interface ISettlementToken is IERC20 {
    /// @notice Bank money became settlement tokens.
    /// @custom:aggregate participant:{account}
    event TokensIssued(address indexed account, uint256 amount, bytes32 indexed bankRef);
    /// @notice Settlement tokens became bank money.
    /// @custom:aggregate participant:{account}
    event TokensRedeemed(address indexed account, uint256 amount, bytes32 indexed bankRef);

    error SettlementToken_NotATreasurer(address caller);
    error SettlementToken_NotAParticipant(address account);
    error SettlementToken_ReferenceSeen(address caller, bytes32 bankRef);
    error SettlementToken_ZeroAmount();
    error SettlementToken_CustodianTakes(address custodian);

    /// @notice Issues tokens to a participant against bank money.
    /// @dev Emits {TokensIssued}. Requirements: caller is a treasurer; amount not zero; reference new; a participant
    /// that is no custodian.
    /// @param bankRef Reference of the bank movement; each is good once, whichever treasurer names it.
    /// @custom:erp TokenIssue
    /// @custom:pause open
    function issue(address account, uint256 amount, bytes32 bankRef) external;

    /// @notice Destroys tokens of the caller against a payout in bank money.
    /// @dev Emits {TokensRedeemed}. Requirements: amount not zero and held by the caller; reference new.
    /// @param bankRef Reference of the payout; each is good once per holder.
    /// @custom:erp TokenRedemption
    /// @custom:pause open
    function redeem(uint256 amount, bytes32 bankRef) external;
}
