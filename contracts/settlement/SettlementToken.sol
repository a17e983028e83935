// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { ISettlementToken } from "./interfaces/ISettlementToken.sol";

/// @title SettlementToken
/// @notice See {ISettlementToken}.
contract SettlementToken is ISettlementToken, ERC20 {
    IParticipants private immutable _PARTICIPANTS;

    mapping(bytes32 bankRef => bool seen) private _issued;
    mapping(address holder => mapping(bytes32 bankRef => bool seen)) private _redeemed;

    constructor(IParticipants participants, string memory name_, string memory symbol_) ERC20(name_, symbol_) {
        _PARTICIPANTS = participants;
    }

    /* BANK MONEY */

    /// @inheritdoc ISettlementToken
    function issue(address account, uint256 amount, bytes32 bankRef) external {
        if (!IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.TREASURER, msg.sender)) {
            revert SettlementToken_NotATreasurer(msg.sender);
        }
        if (amount == 0) revert SettlementToken_ZeroAmount();
        if (_issued[bankRef]) revert SettlementToken_ReferenceSeen(msg.sender, bankRef);
        _issued[bankRef] = true;
        emit TokensIssued(account, amount, bankRef);
        _mint(account, amount);
    }

    /// @inheritdoc ISettlementToken
    function redeem(uint256 amount, bytes32 bankRef) external {
        if (amount == 0) revert SettlementToken_ZeroAmount();
        if (_redeemed[msg.sender][bankRef]) revert SettlementToken_ReferenceSeen(msg.sender, bankRef);
        _redeemed[msg.sender][bankRef] = true;
        emit TokensRedeemed(msg.sender, amount, bankRef);
        _burn(msg.sender, amount);
    }

    /* VIEWS */

    /// @notice Two: one unit is one minor unit of the currency.
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /* INTERNALS */

    /// @dev Tokens move between participants only. A holder was asked when it received them, and stays registered.
    function _update(address from, address to, uint256 value) internal override {
        if (to != address(0)) _checkReceiver(to);
        super._update(from, to, value);
    }

    /// @dev A custodian's money is what it took in itself: tokens sent to it past its books would be lost.
    function _checkReceiver(address to) private view {
        IParticipants.Participant memory receiver = _PARTICIPANTS.participant(to);
        if (receiver.registeredAt == 0) revert SettlementToken_NotAParticipant(to);
        if (receiver.capabilities == Offices.CUSTODIAN && msg.sender != to) revert SettlementToken_CustodianTakes(to);
    }
}
