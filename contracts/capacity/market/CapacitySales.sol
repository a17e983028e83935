// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Descent } from "../../libraries/Descent.sol";
import { CapacityIds } from "../CapacityIds.sol";
import { ICapacityMarket } from "../interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../interfaces/ICapacityTokens.sol";
import { CapacityAccounts } from "./CapacityAccounts.sol";

/// @title CapacitySales
/// @notice How minutes are offered and bought. See {ICapacityMarket}.
abstract contract CapacitySales is CapacityAccounts {
    using SafeERC20 for IERC20;

    uint128 public constant MAX_PRICE = 2 ** 44; // a minute; a whole week of them stays below 2^60

    uint256 private _saleCount;
    mapping(uint256 saleId => Sale) private _sales;

    /// @inheritdoc ICapacityMarket
    /// @dev The register of capacity calls nobody when it numbers a market.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function openSale(SaleTerms calldata terms) external returns (uint256 saleId) {
        (uint256 expiresAt,,,) = _CAPACITY.slotTimes(terms.deviceId, terms.slotIndex);
        if (msg.sender != _CAPACITY.device(terms.deviceId).plant) {
            revert CapacityMarket_NotThePlant(terms.deviceId, msg.sender);
        }
        _checkMayOpen(msg.sender, 0);
        _checkSale(terms, expiresAt);
        if (_number == 0) _number = _CAPACITY.numberMarket();

        saleId = _numberOf(++_saleCount);
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
        Sale storage record = _knownSale(saleId);
        address plant = _CAPACITY.device(record.deviceId).plant;
        _checkMayJoin(plant, 0); // the buyer is asked by the tokens that it receives
        if (quantity == 0) revert CapacityMarket_ZeroQuantity();
        uint24 unsold = record.quantity - record.sold;
        if (quantity > unsold) revert CapacityMarket_QuantityOutOfBounds(quantity, unsold);
        if (block.timestamp < record.opensAt) {
            revert CapacityMarket_SaleNotOpen(saleId, block.timestamp, record.opensAt);
        }
        if (block.timestamp >= record.closesAt) {
            revert CapacityMarket_SaleClosed(saleId, block.timestamp, record.closesAt);
        }
        uint128 price = _priceAt(record, block.timestamp);
        if (price > maxPrice) revert CapacityMarket_PriceAboveLimit(saleId, price, maxPrice);

        record.sold += quantity;
        return _takePayment(saleId, record, plant, quantity, uint96(price)); // at most MAX_PRICE
    }

    /// @inheritdoc ICapacityMarket
    function closeSale(uint256 saleId) external {
        Sale storage record = _knownSale(saleId);
        if (msg.sender != _CAPACITY.device(record.deviceId).plant) {
            revert CapacityMarket_NotThePlant(record.deviceId, msg.sender);
        }
        if (block.timestamp >= record.closesAt) {
            revert CapacityMarket_SaleClosed(saleId, block.timestamp, record.closesAt);
        }
        record.closesAt = uint40(block.timestamp);
        emit CapacitySaleClosed(saleId, msg.sender, record.sold, record.quantity - record.sold);
    }

    /// @inheritdoc ICapacityMarket
    function priceAt(uint256 saleId, uint256 timestamp) external view returns (uint128) {
        Sale storage record = _knownSale(saleId);
        if (timestamp < record.opensAt) revert CapacityMarket_SaleNotOpen(saleId, timestamp, record.opensAt);
        if (timestamp >= record.closesAt) revert CapacityMarket_SaleClosed(saleId, timestamp, record.closesAt);
        return _priceAt(record, timestamp);
    }

    /// @inheritdoc ICapacityMarket
    function sale(uint256 saleId) external view returns (Sale memory) {
        return _sales[saleId];
    }

    /* INTERNALS */

    /// @dev The tokens come last: their receiver is asked, and all books are closed by then.
    function _takePayment(uint256 saleId, Sale storage record, address plant, uint24 quantity, uint96 price)
        private
        returns (uint256 tokenId)
    {
        uint128 amount = uint128(price) * quantity;
        tokenId = CapacityIds.pack(record.deviceId, record.slotIndex, _number, price);
        _unredeemed[tokenId] += quantity;
        emit CapacitySold(saleId, tokenId, msg.sender, plant, quantity, price, amount);
        _TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        _CAPACITY.issue(msg.sender, record.deviceId, record.slotIndex, price, quantity);
    }

    function _checkSale(SaleTerms calldata terms, uint256 expiresAt) private view {
        ICapacityTokens.Slot memory slot = _CAPACITY.slot(terms.deviceId, terms.slotIndex);
        if (slot.failed) revert CapacityMarket_SlotFailed(terms.deviceId, terms.slotIndex);
        uint24 free = slot.attested - slot.issued;
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

    function _knownSale(uint256 saleId) private view returns (Sale storage record) {
        record = _sales[saleId];
        if (record.deviceId == 0) revert CapacityMarket_SaleUnknown(saleId);
    }

    function _priceAt(Sale storage record, uint256 timestamp) private view returns (uint128) {
        uint256 elapsed = timestamp - record.opensAt;
        uint256 whole = record.closesAt - record.opensAt;
        return uint128(Descent.priceUp(record.startPrice, record.floorPrice, elapsed, whole));
    }
}
