// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { CapacityMarket } from "../../../contracts/capacity/CapacityMarket.sol";
import { CapacityTokens } from "../../../contracts/capacity/CapacityTokens.sol";
import { ICapacityMarket } from "../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { ForceMajeureHouse } from "./ForceMajeureHouse.sol";

/// A washing-machine plant with one device in eight-hour shifts, two firms that need machine time, and those who judge.
abstract contract CapacityHouse is ForceMajeureHouse {
    uint24 internal constant SHIFT = 8 hours;
    uint24 internal constant SHIFT_MINUTES = 480;
    uint24 internal constant NOTICE = 2 hours;
    uint24 internal constant REPORT = 1 days;
    uint24 internal constant DISPUTE = 2 days;
    uint24 internal constant RULING = 5 days;
    uint64 internal constant SLOT = 9; // three days and eight hours on
    uint24 internal constant FREE = 300;
    uint96 internal constant PRICE = 250;
    uint96 internal constant MINUTE_VALUE = 1000;
    bytes32 internal constant DEVICE_REF = keccak256("press 7");
    bytes32 internal constant PRODUCTION_ORDER = keccak256("production order 4711");

    CapacityTokens internal capacity;
    CapacityMarket internal market;

    address internal plant;
    address internal holder;
    address internal reseller;
    uint64 internal deviceId;

    function setUp() public virtual override {
        super.setUp();
        capacity = new CapacityTokens(participants);
        market = openMarket(0);
        plant = actor("plant");
        holder = actor("holder");
        reseller = actor("reseller");
        enrolTrader(plant);
        enrolTrader(holder);
        enrolTrader(reseller);
        vm.prank(plant);
        deviceId = capacity.registerDevice(deviceTerms());
    }

    /// A market of this edition, with its offices and its place among the participants.
    function openMarket(uint256 edition) internal returns (CapacityMarket opened) {
        opened = new CapacityMarket(participants, credit, token, capacity, majeure, MINUTE_VALUE, edition);
        appoint(Offices.MARKET, address(opened));
        appoint(Offices.SCORER, address(opened));
        registerCustodian(address(opened));
    }

    /// A node with funds, approved to the market.
    function enrolTrader(address account) internal {
        enrol(account, Offices.NODE, address(market));
    }

    function deviceTerms() internal view returns (ICapacityTokens.DeviceTerms memory) {
        return ICapacityTokens.DeviceTerms({
            deviceRef: DEVICE_REF,
            region: 0,
            attesterPost: attesterPost,
            arbiterPost: arbiterPost,
            gridStart: uint40(START) + 8 hours,
            slotSeconds: SHIFT,
            noticeSeconds: NOTICE,
            reportSeconds: REPORT,
            disputeSeconds: DISPUTE,
            rulingSeconds: RULING
        });
    }

    function attest(uint24 minutesFree) internal {
        bytes32 ref = newReference();
        vm.prank(attester);
        capacity.attestCapacity(deviceId, SLOT, minutesFree, ref);
    }

    function expiry() internal view returns (uint256 expiresAt) {
        (expiresAt,,,) = capacity.slotTimes(deviceId, SLOT);
    }

    function start() internal view returns (uint256 startsAt) {
        (, startsAt,,) = capacity.slotTimes(deviceId, SLOT);
    }

    function reportEnd() internal view returns (uint256 end) {
        (,,, end) = capacity.slotTimes(deviceId, SLOT);
    }

    function saleTerms() internal view returns (ICapacityMarket.SaleTerms memory) {
        return ICapacityMarket.SaleTerms({
            deviceId: deviceId,
            slotIndex: SLOT,
            opensAt: uint40(block.timestamp),
            closesAt: uint40(block.timestamp) + 1 days,
            quantity: 200,
            startPrice: PRICE,
            floorPrice: PRICE
        });
    }

    function openSale(ICapacityMarket.SaleTerms memory terms) internal returns (uint256 saleId) {
        vm.prank(plant);
        return market.openSale(terms);
    }

    function buy(address who, uint256 saleId, uint24 quantity) internal returns (uint256 tokenId) {
        vm.prank(who);
        return market.buy(saleId, quantity, type(uint128).max);
    }

    /// FREE minutes attested, and so many of them in the holder's hands at PRICE.
    function sold(uint24 quantity) internal returns (uint256 tokenId) {
        attest(FREE);
        return buy(holder, openSale(saleTerms()), quantity);
    }

    function redeem(uint256 tokenId, uint24 quantity) internal returns (uint256 redemptionId) {
        vm.prank(holder);
        return market.redeem(tokenId, quantity, PRODUCTION_ORDER);
    }

    /// 120 minutes bought and redeemed for 30,000.
    function redeemed() internal returns (uint256 redemptionId) {
        return redeem(sold(120), 120);
    }

    function report(uint256 redemptionId, uint24 ran) internal {
        bytes32 ref = newReference();
        vm.prank(attester);
        market.reportRun(redemptionId, ran, ref);
    }

    function dispute(address who, uint256 redemptionId) internal {
        bytes32 ref = newReference();
        vm.prank(who);
        market.disputeRun(redemptionId, ref);
    }

    function failSlot() internal {
        bytes32 ref = newReference();
        vm.prank(plant);
        capacity.failSlot(deviceId, SLOT, ref);
    }

    function redemptionStatus(uint256 redemptionId) internal view returns (uint256) {
        return uint256(market.redemption(redemptionId).status);
    }

    /// From when on anybody settles if nobody says more.
    function decidesAt(uint256 redemptionId) internal view returns (uint40) {
        return uint40(market.settleableAt(redemptionId));
    }

    function ruleRun(uint256 redemptionId, uint24 ran) internal {
        bytes32 ref = newReference();
        vm.prank(arbiter);
        market.rule(redemptionId, ran, ref);
    }

    function withdrawDispute(address who, uint256 redemptionId) internal {
        vm.prank(who);
        market.withdrawRunDispute(redemptionId);
    }
}
