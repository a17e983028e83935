// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { CapacityIds } from "./CapacityIds.sol";
import { Descent } from "../libraries/Descent.sol";
import { ICapacityMarket } from "./interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "./interfaces/ICapacityTokens.sol";

/// @title CapacityMarket
/// @notice See {ICapacityMarket}.
contract CapacityMarket is ICapacityMarket, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint128 public constant MAX_PRICE = 2 ** 44; // a minute; a whole week of them stays below 2^60

    IParticipants private immutable _PARTICIPANTS;
    IERC20 private immutable _TOKEN;
    ICapacityTokens private immutable _CAPACITY;

    uint256 private _lastSaleId;
    uint256 private _lastRedemptionId;
    mapping(uint256 saleId => Sale) private _sales;
    mapping(uint256 redemptionId => Redemption) private _redemptions;
    mapping(uint256 tokenId => uint24 quantity) private _unredeemed;
    mapping(address account => uint128 amount) private _owed;

    constructor(IParticipants participants, IERC20 token, ICapacityTokens capacity) {
        _PARTICIPANTS = participants;
        _TOKEN = token;
        _CAPACITY = capacity;
    }

    /* SELL */

    /// @inheritdoc ICapacityMarket
    function openSale(SaleTerms calldata terms) external returns (uint256 saleId) {
        (uint256 expiresAt,,,) = _CAPACITY.slotTimes(terms.deviceId, terms.slotIndex);
        if (msg.sender != _CAPACITY.device(terms.deviceId).plant) {
            revert CapacityMarket_NotThePlant(terms.deviceId, msg.sender);
        }
        if (!_PARTICIPANTS.isActive(msg.sender, 0)) revert CapacityMarket_NotAParticipant(msg.sender);
        _checkNotPaused();
        _checkSale(terms, expiresAt);

        saleId = ++_lastSaleId;
        _sales[saleId] = Sale({
            deviceId: terms.deviceId,
            slotIndex: terms.slotIndex,
            opensAt: terms.opensAt,
            closesAt: terms.closesAt,
            quantity: terms.quantity,
            sold: 0,
            startPrice: terms.startPrice,
            floorPrice: terms.floorPrice
        });
        emit CapacitySaleOpened(
            saleId,
            terms.deviceId,
            msg.sender,
            terms.slotIndex,
            terms.opensAt,
            terms.closesAt,
            terms.quantity,
            terms.startPrice,
            terms.floorPrice
        );
    }

    /// @inheritdoc ICapacityMarket
    function buy(uint256 saleId, uint24 quantity, uint128 maxPrice) external nonReentrant returns (uint256 tokenId) {
        Sale storage lot = _known(saleId);
        address plant = _CAPACITY.device(lot.deviceId).plant;
        if (!_PARTICIPANTS.isActive(plant, 0)) revert CapacityMarket_NotAParticipant(plant);
        _checkNotPaused();
        if (quantity == 0) revert CapacityMarket_ZeroQuantity();
        uint24 unsold = lot.quantity - lot.sold;
        if (quantity > unsold) revert CapacityMarket_QuantityOutOfBounds(quantity, unsold);
        if (block.timestamp < lot.opensAt) {
            revert CapacityMarket_SaleNotOpen(saleId, block.timestamp, lot.opensAt);
        }
        if (block.timestamp >= lot.closesAt) {
            revert CapacityMarket_SaleClosed(saleId, block.timestamp, lot.closesAt);
        }
        uint128 price = _priceAt(lot, block.timestamp);
        if (price > maxPrice) revert CapacityMarket_PriceAboveLimit(saleId, price, maxPrice);

        tokenId = CapacityIds.pack(lot.deviceId, lot.slotIndex, price);
        lot.sold += quantity;
        _unredeemed[tokenId] += quantity;
        _takePayment(saleId, tokenId, lot, plant, quantity, price);
    }

    /// @inheritdoc ICapacityMarket
    function closeSale(uint256 saleId) external {
        Sale storage lot = _known(saleId);
        if (msg.sender != _CAPACITY.device(lot.deviceId).plant) {
            revert CapacityMarket_NotThePlant(lot.deviceId, msg.sender);
        }
        if (block.timestamp >= lot.closesAt) {
            revert CapacityMarket_SaleClosed(saleId, block.timestamp, lot.closesAt);
        }
        lot.closesAt = uint40(block.timestamp);
        emit CapacitySaleClosed(saleId, msg.sender, lot.sold, lot.quantity - lot.sold);
    }

    /* REDEEM */

    /// @inheritdoc ICapacityMarket
    function redeem(uint256 tokenId, uint24 quantity, bytes32 productionOrderRef)
        external
        nonReentrant
        returns (uint256 redemptionId)
    {
        uint256 held = _CAPACITY.balanceOf(msg.sender, tokenId);
        if (held < quantity) revert CapacityMarket_NotHeld(tokenId, msg.sender, held, quantity);
        if (quantity == 0) revert CapacityMarket_ZeroQuantity();
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(tokenId);
        _checkNotFailed(deviceId, slotIndex);
        if (productionOrderRef == bytes32(0)) revert CapacityMarket_ZeroReference();
        (uint256 expiresAt,,, uint256 reportEnd) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (block.timestamp >= expiresAt) {
            revert CapacityMarket_TokenExpired(tokenId, block.timestamp, expiresAt);
        }

        redemptionId = ++_lastRedemptionId;
        _unredeemed[tokenId] -= quantity;
        Redemption storage record = _redemptions[redemptionId];
        record.holder = msg.sender;
        record.decidesAt = uint40(reportEnd + _CAPACITY.device(deviceId).disputeSeconds);
        record.quantity = quantity;
        record.status = RedemptionStatus.Redeemed;
        record.tokenId = tokenId;
        record.productionOrderRef = productionOrderRef;
        _tellRedeemed(redemptionId, record);
        _CAPACITY.burn(msg.sender, tokenId, quantity);
    }

    /* REPORT AND DISPUTE */

    /// @inheritdoc ICapacityMarket
    function reportRun(uint256 redemptionId, uint24 ran, bytes32 evidenceRef) external {
        Redemption storage record = _knownRedemption(redemptionId);
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(record.tokenId);
        if (msg.sender != _CAPACITY.slot(deviceId, slotIndex).attester) {
            revert CapacityMarket_NotTheAttester(redemptionId, msg.sender);
        }
        if (!_holds(Offices.ATTESTER)) revert CapacityMarket_AttesterWithoutOffice(msg.sender);
        if (record.status != RedemptionStatus.Redeemed) {
            revert CapacityMarket_WrongStatus(redemptionId, record.status);
        }
        _checkNotFailed(deviceId, slotIndex);
        if (ran > record.quantity) {
            revert CapacityMarket_RanExceedsRedeemed(redemptionId, ran, record.quantity);
        }
        if (evidenceRef == bytes32(0)) revert CapacityMarket_ZeroReference();
        (, uint256 startsAt, uint256 endsAt, uint256 reportEnd) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (block.timestamp < startsAt) {
            revert CapacityMarket_ReportNotOpen(redemptionId, block.timestamp, startsAt);
        }
        if (block.timestamp >= reportEnd) {
            revert CapacityMarket_ReportClosed(redemptionId, block.timestamp, reportEnd);
        }

        uint40 decidesAt = _decidesAt(endsAt, _CAPACITY.device(deviceId).disputeSeconds);
        record.status = RedemptionStatus.Reported;
        record.ran = ran;
        record.decidesAt = decidesAt;
        emit RunReported(redemptionId, msg.sender, evidenceRef, ran, decidesAt);
    }

    /// @inheritdoc ICapacityMarket
    function disputeRun(uint256 redemptionId, bytes32 reasonRef) external {
        Redemption storage record = _knownRedemption(redemptionId);
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(record.tokenId);
        ICapacityTokens.Device memory machine = _CAPACITY.device(deviceId);
        if (msg.sender != record.holder && msg.sender != machine.plant) {
            revert CapacityMarket_NotAParty(redemptionId, msg.sender);
        }
        RedemptionStatus status = record.status;
        if (status != RedemptionStatus.Redeemed && status != RedemptionStatus.Reported) {
            revert CapacityMarket_WrongStatus(redemptionId, status);
        }
        _checkNotFailed(deviceId, slotIndex);
        if (reasonRef == bytes32(0)) revert CapacityMarket_ZeroReference();
        (,, uint256 endsAt, uint256 reportEnd) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (status == RedemptionStatus.Redeemed && block.timestamp < reportEnd) {
            revert CapacityMarket_DisputeNotOpen(redemptionId, block.timestamp, reportEnd);
        }
        if (block.timestamp >= record.decidesAt) {
            revert CapacityMarket_DisputeClosed(redemptionId, block.timestamp, record.decidesAt);
        }

        uint40 decidesAt = _decidesAt(endsAt, machine.rulingSeconds);
        record.status = RedemptionStatus.Disputed;
        record.decidesAt = decidesAt;
        emit RunDisputed(redemptionId, msg.sender, reasonRef, decidesAt);
    }

    /// @inheritdoc ICapacityMarket
    function rule(uint256 redemptionId, uint24 ran, bytes32 rulingRef) external {
        Redemption storage record = _knownRedemption(redemptionId);
        if (!_holds(Offices.ARBITER)) revert CapacityMarket_NotAnArbiter(msg.sender);
        _checkIndependent(redemptionId, record);
        if (record.status != RedemptionStatus.Disputed) {
            revert CapacityMarket_WrongStatus(redemptionId, record.status);
        }
        if (ran > record.quantity) {
            revert CapacityMarket_RanExceedsRedeemed(redemptionId, ran, record.quantity);
        }
        if (rulingRef == bytes32(0)) revert CapacityMarket_ZeroReference();
        if (block.timestamp >= record.decidesAt) {
            revert CapacityMarket_RulingClosed(redemptionId, block.timestamp, record.decidesAt);
        }

        emit RunRuled(redemptionId, msg.sender, rulingRef, ran);
        _settle(redemptionId, record, ran);
    }

    /* SETTLE */

    /// @inheritdoc ICapacityMarket
    function acknowledge(uint256 redemptionId) external {
        Redemption storage record = _knownRedemption(redemptionId);
        if (msg.sender != record.holder) revert CapacityMarket_NotTheHolder(redemptionId, msg.sender);
        _settle(redemptionId, record, record.quantity);
    }

    /// @inheritdoc ICapacityMarket
    function concede(uint256 redemptionId) external {
        Redemption storage record = _knownRedemption(redemptionId);
        (uint64 deviceId,,) = CapacityIds.unpack(record.tokenId);
        if (msg.sender != _CAPACITY.device(deviceId).plant) revert CapacityMarket_NotThePlant(deviceId, msg.sender);
        _settle(redemptionId, record, 0);
    }

    /// @inheritdoc ICapacityMarket
    function settle(uint256 redemptionId) external {
        Redemption storage record = _knownRedemption(redemptionId);
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(record.tokenId);
        bool failed = _CAPACITY.slot(deviceId, slotIndex).failed;
        if (!failed && block.timestamp < record.decidesAt && record.status != RedemptionStatus.Settled) {
            revert CapacityMarket_NotYetDecided(redemptionId, block.timestamp, record.decidesAt);
        }
        _settle(redemptionId, record, record.ran);
    }

    /// @inheritdoc ICapacityMarket
    function expire(uint256 tokenId, address holder) external nonReentrant {
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(tokenId);
        (uint24 quantity, uint128 amount) = _heldWorth(tokenId, holder);
        _checkNotFailed(deviceId, slotIndex);
        (uint256 expiresAt,,,) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (block.timestamp < expiresAt) {
            revert CapacityMarket_TokenNotExpired(tokenId, block.timestamp, expiresAt);
        }

        address plant = _CAPACITY.device(deviceId).plant;
        _unredeemed[tokenId] -= quantity;
        _owed[plant] += amount;
        emit CapacityExpired(tokenId, holder, plant, quantity, amount);
        _CAPACITY.burn(holder, tokenId, quantity);
    }

    /// @inheritdoc ICapacityMarket
    function refund(uint256 tokenId, address holder) external nonReentrant {
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(tokenId);
        (uint24 quantity, uint128 amount) = _heldWorth(tokenId, holder);
        if (!_CAPACITY.slot(deviceId, slotIndex).failed) revert CapacityMarket_SlotNotFailed(deviceId, slotIndex);

        address plant = _CAPACITY.device(deviceId).plant;
        _unredeemed[tokenId] -= quantity;
        _owed[holder] += amount;
        emit CapacityRefunded(tokenId, holder, plant, quantity, amount);
        _CAPACITY.burn(holder, tokenId, quantity);
    }

    /// @inheritdoc ICapacityMarket
    function withdraw(address account) external nonReentrant {
        uint128 amount = _owed[account];
        if (amount == 0) revert CapacityMarket_NothingOwed(account);
        _owed[account] = 0;
        emit CapacityProceedsWithdrawn(account, msg.sender, amount);
        _TOKEN.safeTransfer(account, amount);
    }

    /* VIEWS */

    /// @inheritdoc ICapacityMarket
    function priceAt(uint256 saleId, uint256 timestamp) external view returns (uint128) {
        Sale storage lot = _known(saleId);
        if (timestamp < lot.opensAt) revert CapacityMarket_SaleNotOpen(saleId, timestamp, lot.opensAt);
        if (timestamp >= lot.closesAt) revert CapacityMarket_SaleClosed(saleId, timestamp, lot.closesAt);
        return _priceAt(lot, timestamp);
    }

    /// @inheritdoc ICapacityMarket
    function sale(uint256 saleId) external view returns (Sale memory) {
        return _sales[saleId];
    }

    /// @inheritdoc ICapacityMarket
    function redemption(uint256 redemptionId) external view returns (Redemption memory) {
        return _redemptions[redemptionId];
    }

    /// @inheritdoc ICapacityMarket
    function unredeemed(uint256 tokenId) external view returns (uint24) {
        return _unredeemed[tokenId];
    }

    /// @inheritdoc ICapacityMarket
    function owed(address account) external view returns (uint128) {
        return _owed[account];
    }

    /* INTERNALS */

    /// @dev The tokens come last: their receiver is asked, and all books are closed by then.
    function _takePayment(
        uint256 saleId,
        uint256 tokenId,
        Sale storage lot,
        address plant,
        uint24 quantity,
        uint128 price
    ) private {
        uint128 amount = price * quantity;
        emit CapacitySold(saleId, tokenId, msg.sender, plant, quantity, price, amount);
        _TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        _CAPACITY.issue(msg.sender, lot.deviceId, lot.slotIndex, price, quantity);
    }

    function _tellRedeemed(uint256 redemptionId, Redemption storage record) private {
        (uint64 deviceId,, uint128 price) = CapacityIds.unpack(record.tokenId);
        emit CapacityRedeemed(
            redemptionId,
            record.tokenId,
            record.holder,
            _CAPACITY.device(deviceId).plant,
            record.quantity,
            price * record.quantity,
            record.productionOrderRef,
            record.decidesAt
        );
    }

    function _settle(uint256 redemptionId, Redemption storage record, uint24 ran) private {
        if (record.status == RedemptionStatus.Settled) {
            revert CapacityMarket_WrongStatus(redemptionId, record.status);
        }
        (uint64 deviceId,, uint128 price) = CapacityIds.unpack(record.tokenId);
        address plant = _CAPACITY.device(deviceId).plant;
        uint24 quantity = record.quantity;
        uint128 toPlant = price * ran;
        uint128 toHolder = price * (quantity - ran);
        record.status = RedemptionStatus.Settled;
        record.ran = ran;
        _owed[plant] += toPlant;
        _owed[record.holder] += toHolder;
        emit RedemptionSettled(redemptionId, plant, record.holder, ran, quantity, toPlant, toHolder);
    }

    /// @dev What a machine did is known only when its slot is over: no time to object or to rule ends before.
    function _decidesAt(uint256 endsAt, uint24 stepSeconds) private view returns (uint40) {
        return uint40((block.timestamp > endsAt ? block.timestamp : endsAt) + stepSeconds);
    }

    function _heldWorth(uint256 tokenId, address holder) private view returns (uint24 quantity, uint128 amount) {
        quantity = uint24(_CAPACITY.balanceOf(holder, tokenId)); // at most what was issued
        if (quantity == 0) revert CapacityMarket_NothingHeld(tokenId, holder);
        (,, uint128 price) = CapacityIds.unpack(tokenId);
        amount = price * quantity;
    }

    function _checkSale(SaleTerms calldata terms, uint256 expiresAt) private view {
        ICapacityTokens.Slot memory shift = _CAPACITY.slot(terms.deviceId, terms.slotIndex);
        if (shift.failed) revert CapacityMarket_SlotFailed(terms.deviceId, terms.slotIndex);
        uint24 free = shift.attested - shift.issued;
        if (terms.quantity == 0) revert CapacityMarket_ZeroQuantity();
        if (terms.quantity > free) revert CapacityMarket_QuantityOutOfBounds(terms.quantity, free);
        if (terms.startPrice > MAX_PRICE) revert CapacityMarket_PriceOutOfBounds(terms.startPrice, 1, MAX_PRICE);
        if (terms.floorPrice == 0 || terms.floorPrice > terms.startPrice) {
            revert CapacityMarket_PriceOutOfBounds(terms.floorPrice, 1, terms.startPrice);
        }
        if (terms.opensAt < block.timestamp || terms.closesAt <= terms.opensAt || terms.closesAt > expiresAt) {
            revert CapacityMarket_SaleOutOfTime(terms.opensAt, terms.closesAt, block.timestamp, expiresAt);
        }
    }

    function _checkIndependent(uint256 redemptionId, Redemption storage record) private view {
        (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(record.tokenId);
        if (
            msg.sender == record.holder || msg.sender == _CAPACITY.device(deviceId).plant
                || msg.sender == _CAPACITY.slot(deviceId, slotIndex).attester
        ) revert CapacityMarket_ArbiterNotIndependent(redemptionId, msg.sender);
    }

    function _checkNotFailed(uint64 deviceId, uint64 slotIndex) private view {
        if (_CAPACITY.slot(deviceId, slotIndex).failed) revert CapacityMarket_SlotFailed(deviceId, slotIndex);
    }

    function _checkNotPaused() private view {
        if (_PARTICIPANTS.obligationsPaused()) revert CapacityMarket_ObligationsPaused();
    }

    function _holds(bytes32 office) private view returns (bool) {
        return IAccessControl(address(_PARTICIPANTS)).hasRole(office, msg.sender);
    }

    function _known(uint256 saleId) private view returns (Sale storage lot) {
        lot = _sales[saleId];
        if (lot.deviceId == 0) revert CapacityMarket_SaleUnknown(saleId);
    }

    function _knownRedemption(uint256 redemptionId) private view returns (Redemption storage record) {
        record = _redemptions[redemptionId];
        if (record.status == RedemptionStatus.None) revert CapacityMarket_RedemptionUnknown(redemptionId);
    }

    function _priceAt(Sale storage lot, uint256 timestamp) private view returns (uint128) {
        return
            uint128(
                Descent.priceUp(lot.startPrice, lot.floorPrice, timestamp - lot.opensAt, lot.closesAt - lot.opensAt)
            );
    }
}
