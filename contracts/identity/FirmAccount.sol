// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ERC1155Holder } from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { IFirmAccount } from "./interfaces/IFirmAccount.sol";
import { IParticipants } from "./interfaces/IParticipants.sol";
import { Offices } from "./Offices.sol";

/// @title FirmAccount
/// @notice See {IFirmAccount}.
contract FirmAccount is IFirmAccount, ERC1155Holder, EIP712 {
    uint256 public constant MAX_CALLS = 16; // of one batch
    uint32 public constant RECOVERY_SECONDS = 14 days; // the owner sees a recovery and may veto it
    uint32 public constant CONTESTED_SECONDS = 60 days; // after a veto the admin may judge the registrar
    uint32 public constant CONTEST_SECONDS = 90 days; // so long a veto is remembered
    uint32 public constant RECOVERY_WINDOW_SECONDS = 14 days; // an announcement is forgotten after this
    bytes32 private constant _FIRM_MESSAGE = keccak256("FirmMessage(bytes32 digest)");

    address public immutable PARTICIPANTS;

    address public owner;
    uint40 public vetoedAt;
    address public heir;
    Recovery private _recovery;

    modifier onlyOwner() {
        if (msg.sender != owner) revert FirmAccount_NotTheOwner(msg.sender);
        _;
    }

    constructor(IParticipants participants, address owner_) EIP712("Interlock firm account", "1") {
        if (owner_ == address(0)) revert FirmAccount_ZeroOwner();
        PARTICIPANTS = address(participants);
        owner = owner_;
        emit OwnershipTaken(address(0), owner_);
    }

    /* ACT AND SIGN */

    /// @inheritdoc IFirmAccount
    function execute(address target, bytes calldata data) external onlyOwner returns (bytes memory result) {
        return _execute(target, data);
    }

    /// @inheritdoc IFirmAccount
    function executeBatch(Call[] calldata calls) external onlyOwner returns (bytes[] memory results) {
        uint256 count = calls.length;
        if (count == 0 || count > MAX_CALLS) revert FirmAccount_CallsOutOfBounds(count, MAX_CALLS);
        results = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            results[i] = _execute(calls[i].target, calls[i].data);
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        bool valid = SignatureChecker.isValidSignatureNow(owner, messageOf(digest), signature);
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    /* HAND OVER */

    /// @inheritdoc IFirmAccount
    function offerOwnership(address heir_) external onlyOwner {
        if (heir_ == address(this)) revert FirmAccount_OwnsItself();
        heir = heir_;
        emit OwnershipOffered(msg.sender, heir_);
    }

    /// @inheritdoc IFirmAccount
    function takeOwnership() external {
        if (msg.sender != heir) revert FirmAccount_NotTheHeir(msg.sender);
        if (_recovery.successor == msg.sender) delete _recovery;
        emit OwnershipTaken(_moveTo(msg.sender), msg.sender);
    }

    /* RECOVER */

    /// @inheritdoc IFirmAccount
    function announceRecovery(address successor) external {
        _checkRegistrar(msg.sender);
        if (successor == address(this)) revert FirmAccount_OwnsItself();
        bool vetoable = vetoedAt == 0 || block.timestamp >= uint256(vetoedAt) + CONTEST_SECONDS;
        uint40 takeableAt = uint40(block.timestamp) + (vetoable ? RECOVERY_SECONDS : CONTESTED_SECONDS);
        _recovery = Recovery(successor, takeableAt, vetoable, msg.sender);
        emit RecoveryAnnounced(successor, msg.sender, takeableAt, takeableAt + RECOVERY_WINDOW_SECONDS, vetoable);
    }

    /// @inheritdoc IFirmAccount
    function vetoRecovery() external onlyOwner {
        Recovery memory announced = _recovery;
        if (announced.successor == address(0)) revert FirmAccount_NothingAnnounced();
        if (!announced.vetoable) revert FirmAccount_Contested(vetoedAt);
        delete _recovery;
        vetoedAt = uint40(block.timestamp);
        emit RecoveryVetoed(msg.sender, announced.successor);
    }

    /// @inheritdoc IFirmAccount
    function takeRecovery() external {
        Recovery memory announced = _recovery;
        if (msg.sender != announced.successor) revert FirmAccount_NotTheSuccessor(msg.sender);
        if (block.timestamp < announced.takeableAt) {
            revert FirmAccount_NotYetTakeable(block.timestamp, announced.takeableAt);
        }
        uint256 expiresAt = uint256(announced.takeableAt) + RECOVERY_WINDOW_SECONDS;
        if (block.timestamp >= expiresAt) revert FirmAccount_RecoveryExpired(block.timestamp, expiresAt);
        _checkRegistrar(announced.registrar);
        delete _recovery;
        vetoedAt = 0; // a veto of the former owner is not held against the new one
        emit AccountRecovered(_moveTo(msg.sender), msg.sender, announced.registrar);
    }

    /* VIEWS */

    /// @inheritdoc IFirmAccount
    function recovery() external view returns (Recovery memory) {
        return _recovery;
    }

    /// @inheritdoc IFirmAccount
    function messageOf(bytes32 digest) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(_FIRM_MESSAGE, digest)));
    }

    /* INTERNALS */

    function _execute(address target, bytes calldata data) private returns (bytes memory) {
        emit CallExecuted(target, bytes4(data));
        return Address.functionCall(target, data);
    }

    function _moveTo(address next) private returns (address previous) {
        previous = owner;
        owner = next;
        heir = address(0);
    }

    function _checkRegistrar(address account) private view {
        if (!IAccessControl(PARTICIPANTS).hasRole(Offices.REGISTRAR, account)) {
            revert FirmAccount_NotARegistrar(account);
        }
    }
}
