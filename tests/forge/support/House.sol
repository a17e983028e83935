// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { DocumentRegistry } from "../../../contracts/evidence/DocumentRegistry.sol";
import { IDocumentRegistry } from "../../../contracts/evidence/interfaces/IDocumentRegistry.sol";
import { ForceMajeure } from "../../../contracts/forcemajeure/ForceMajeure.sol";
import { CreditRegistry } from "../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { Participants } from "../../../contracts/identity/Participants.sol";
import { IAwardTaker } from "../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { Tenders } from "../../../contracts/procurement/Tenders.sol";
import { Guarantees } from "../../../contracts/settlement/Guarantees.sol";
import { IRoom } from "../../../contracts/room/IRoom.sol";
import { IPurchaseOrders } from "../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderRules } from "../../../contracts/settlement/OrderRules.sol";
import { PurchaseOrders } from "../../../contracts/settlement/PurchaseOrders.sol";
import { Receivables } from "../../../contracts/receivables/Receivables.sol";
import { SettlementToken } from "../../../contracts/settlement/SettlementToken.sol";
import { TestBase } from "./TestBase.sol";

/// The whole house of contracts, deployed as in production, with every office filled and every party in funds.
/// A test tells its story in the verbs below; each acts as the one who may do it.
abstract contract House is TestBase {
    uint256 internal constant START = 1_146_441_600; // 2006-05-01T00:00:00Z
    uint32 internal constant MAJEURE_DISPUTE = 2 days;
    uint32 internal constant MAJEURE_RULING = 5 days;
    uint16 internal constant NEWCOMER_BPS = 7000;
    uint256 internal constant NEWCOMER_VALUE = 1_000_000;
    uint128 internal constant FUNDS = 1_000_000_000;

    // Numbers of orders are no numbers of deliveries, tenders or claims: who exchanges two of them is found out.
    uint256 internal constant ORDERS_EDITION = 3;
    uint256 internal constant FIRST_ORDER = 3_000_000_001;

    uint32 internal constant COMMIT_SECONDS = 1 hours;
    uint32 internal constant REVEAL_SECONDS = 2 hours;
    uint32 internal constant FUND_SECONDS = 1 days;
    uint32 internal constant GRACE_SECONDS = 30 days;
    uint32 internal constant SILENCE_SECONDS = 7 days;
    uint128 internal constant BOND = 5000;

    // The worked case: 100 units, 115.00 each, 13 % tax, and what the invoice may exceed.
    uint128 internal constant QUANTITY = 100;
    uint128 internal constant AMOUNT = 1_150_000;
    uint128 internal constant CEILING = 1_200_000;
    uint16 internal constant TAX_BPS = 1300;
    uint16 internal constant TOLERANCE_BPS = 200;
    uint16 internal constant LATENESS_BPS = 50;
    uint16 internal constant LATENESS_CAP_BPS = 500;

    address internal admin;
    address internal registrar;
    address internal treasurer;
    address internal guardian;
    address internal attester;
    address internal anchorer;
    address internal arbiter;
    address internal buyer;
    address internal supplier;
    address internal rival;
    address internal outsider;
    address internal weatherDesk; // declares force majeure

    uint32 internal attesterPost;
    uint32 internal arbiterPost;
    uint32 internal weatherPost;

    Participants internal participants;
    CreditRegistry internal credit;
    SettlementToken internal token;
    Receivables internal receivables;
    PurchaseOrders internal orders;
    OrderRules internal orderRules;
    Guarantees internal guarantees;
    Tenders internal tenders;
    DocumentRegistry internal registry;
    ForceMajeure internal majeure;

    uint256 private _references;
    mapping(uint256 tenderId => ITenders.TenderTerms) private _termsOf;

    function setUp() public virtual {
        vm.warp(START);
        _hire();
        _deploy();
        _fillOffices();
        _register();
    }

    function _hire() private {
        admin = actor("admin");
        registrar = actor("registrar");
        treasurer = actor("treasurer");
        guardian = actor("guardian");
        attester = actor("attester");
        anchorer = actor("anchorer");
        arbiter = actor("arbiter");
        buyer = actor("buyer");
        supplier = actor("supplier");
        rival = actor("rival");
        outsider = actor("outsider");
        weatherDesk = actor("weather desk");
    }

    function _deploy() private {
        participants = new Participants(1 days, admin);
        attesterPost = createPost(Offices.ATTESTER, attester);
        arbiterPost = createPost(Offices.ARBITER, arbiter);
        weatherPost = createPost(Offices.REPORTER, weatherDesk);
        majeure = new ForceMajeure(participants, weatherPost, arbiterPost, MAJEURE_DISPUTE, MAJEURE_RULING);
        credit = new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, ICreditRegistry(address(0)));
        token = new SettlementToken(participants, "Settlement token", "STL");
        receivables = new Receivables(participants, token, 0);
        orderRules = new OrderRules(participants);
        orders = new PurchaseOrders(participants, credit, token, receivables, orderRules, majeure, ORDERS_EDITION);
        guarantees = new Guarantees(participants, credit, token, orders, 0);
        tenders = new Tenders(participants, credit, token, orders, 0);
        registry = new DocumentRegistry(participants, IDocumentRegistry(address(0)));
    }

    function _fillOffices() private {
        appoint(Offices.REGISTRAR, registrar);
        appoint(Offices.TREASURER, treasurer);
        appoint(Offices.GUARDIAN, guardian);
        appoint(Offices.ATTESTER, attester);
        appoint(Offices.ANCHORER, anchorer);
        appoint(Offices.ARBITER, arbiter);
        appoint(Offices.SCORER, address(orders));
        appoint(Offices.SCORER, address(guarantees));
        appoint(Offices.CLAIM_ISSUER, address(orders));
        appoint(Offices.AWARDER, address(tenders));
    }

    function _register() private {
        registerCustodian(address(receivables));
        registerCustodian(address(orders));
        registerCustodian(address(guarantees));
        registerCustodian(address(tenders));
        enrol(buyer, Offices.BUYER);
        enrol(supplier, Offices.SUPPLIER);
        enrol(rival, Offices.SUPPLIER);
    }

    // ---- offices ----

    /// `account` holds an office from now on.
    function appoint(bytes32 office, address account) internal {
        vm.prank(admin);
        participants.grantRole(office, account);
    }

    /// A post of an office, held by `account`.
    function createPost(bytes32 office, address account) internal returns (uint32) {
        vm.prank(admin);
        return participants.createPost(office, account, newReference());
    }

    /// The post changes hands as in production: offered by its holder, taken by the heir.
    function handOver(uint32 postId, address heir) internal {
        vm.prank(participants.holderOf(postId));
        participants.offerPost(postId, heir);
        vm.prank(heir);
        participants.takePost(postId);
    }

    /// The holder's key is stolen: the post is empty at once.
    function vacate(uint32 postId) internal {
        vm.prank(admin);
        participants.vacatePost(postId);
    }

    function revoke(bytes32 office, address account) internal {
        vm.prank(admin);
        participants.revokeRole(office, account);
    }

    // ---- participants ----

    /// A contract that holds the money of participants.
    function registerCustodian(address account) internal {
        vm.prank(registrar);
        participants.register(account, Offices.CUSTODIAN);
    }

    /// `account` is a participant with `FUNDS`, all of it approved to the contracts that may take money.
    function enrol(address account, uint8 capabilities) internal {
        vm.prank(registrar);
        participants.register(account, capabilities);
        vm.prank(treasurer);
        token.issue(account, FUNDS, newReference());
        approve(account, address(orders));
        approve(account, address(guarantees));
        approve(account, address(tenders));
    }

    /// The same for a contract that this house does not deploy: `custodian` may take all that `account` has.
    function enrol(address account, uint8 capabilities, address custodian) internal {
        enrol(account, capabilities);
        approve(account, custodian);
    }

    function approve(address account, address custodian) internal {
        vm.prank(account);
        token.approve(custodian, type(uint256).max);
    }

    function suspend(address account) internal {
        vm.prank(registrar);
        participants.suspend(account, newReference());
    }

    /// Nothing new begins in `room` from now on.
    function retire(address room) internal {
        vm.prank(guardian);
        participants.retire(room);
    }

    function pause() internal {
        vm.prank(guardian);
        participants.pauseObligations();
    }

    /// A reference that nobody used before.
    function newReference() internal returns (bytes32) {
        return keccak256(abi.encode("reference", ++_references));
    }

    // ---- terms ----

    function orderTerms() internal view returns (IAwardTaker.OrderTerms memory) {
        return IAwardTaker.OrderTerms({
            attesterPost: attesterPost,
            arbiterPost: arbiterPost,
            region: bytes32(0),
            scheduleRoot: bytes32(0),
            promisedAt: uint40(block.timestamp) + 60 days,
            fundSeconds: FUND_SECONDS,
            graceSeconds: GRACE_SECONDS,
            silenceSeconds: SILENCE_SECONDS,
            latenessBpsPerDay: LATENESS_BPS,
            latenessCapBps: LATENESS_CAP_BPS,
            taxBps: TAX_BPS,
            toleranceBps: TOLERANCE_BPS,
            paymentSeconds: 0
        });
    }

    /// Terms of an open tender for the worked case, with a reference nobody used before.
    function tenderTerms() internal returns (ITenders.TenderTerms memory) {
        return ITenders.TenderTerms({
            buyer: buyer,
            requisitionRef: newReference(),
            invitedRoot: bytes32(0),
            quantity: QUANTITY,
            ceiling: CEILING,
            bond: BOND,
            commitSeconds: COMMIT_SECONDS,
            revealSeconds: REVEAL_SECONDS,
            reviewSeconds: 0,
            minCreditBps: 0,
            pricing: ITenders.Pricing.FirstPrice,
            dayValue: 0,
            maxDays: 0,
            creditWeightBps: 0,
            order: orderTerms()
        });
    }

    // ---- tenders ----

    function openTender() internal returns (uint256 tenderId) {
        return openTender(tenderTerms());
    }

    function openTender(ITenders.TenderTerms memory terms) internal returns (uint256 tenderId) {
        return openTender(terms, new address[](0));
    }

    function openTender(ITenders.TenderTerms memory terms, address[] memory invited)
        internal
        returns (uint256 tenderId)
    {
        vm.prank(terms.buyer);
        tenderId = tenders.openTender(terms, invited);
        _termsOf[tenderId] = terms;
    }

    /// The terms of a tender opened by the verbs above, as every later call brings them along.
    function termsOf(uint256 tenderId) internal view returns (ITenders.TenderTerms memory) {
        return _termsOf[tenderId];
    }

    /// The commitment to a bid, computed as a bidder does it: away from the contract.
    function seal(uint256 tenderId, address bidder, uint128 amount) internal view returns (bytes32) {
        return seal(tenderId, bidder, amount, 0);
    }

    function seal(uint256 tenderId, address bidder, uint128 amount, uint16 offeredDays)
        internal
        view
        returns (bytes32)
    {
        bytes32 salt = saltOf(tenderId, bidder);
        return keccak256(abi.encode(block.chainid, address(tenders), tenderId, bidder, amount, offeredDays, salt));
    }

    function saltOf(uint256 tenderId, address bidder) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", tenderId, bidder));
    }

    function commit(uint256 tenderId, address bidder, uint128 amount) internal {
        commit(tenderId, bidder, amount, 0);
    }

    function commit(uint256 tenderId, address bidder, uint128 amount, uint16 offeredDays) internal {
        bytes32 commitment = seal(tenderId, bidder, amount, offeredDays);
        vm.prank(bidder);
        tenders.commitBid(tenderId, termsOf(tenderId), commitment, new bytes32[](0));
    }

    function reveal(uint256 tenderId, address bidder, uint128 amount) internal {
        reveal(tenderId, bidder, amount, 0);
    }

    function reveal(uint256 tenderId, address bidder, uint128 amount, uint16 offeredDays) internal {
        vm.prank(bidder);
        tenders.revealBid(tenderId, termsOf(tenderId), amount, offeredDays, saltOf(tenderId, bidder));
    }

    /// Anybody awards: whoever is pranked, or the test itself.
    function award(uint256 tenderId) internal returns (uint256 orderId) {
        return tenders.award(tenderId, termsOf(tenderId));
    }

    function forfeit(uint256 tenderId, address bidder) internal {
        tenders.forfeitBond(tenderId, termsOf(tenderId), bidder);
    }

    function warpToReveal(uint256 tenderId) internal {
        vm.warp(tenders.tender(tenderId).commitEnd);
    }

    /// To the end of the reveals: the award opens there, unless the terms have a review.
    function warpToAward(uint256 tenderId) internal {
        vm.warp(tenders.tender(tenderId).revealEnd);
    }

    // ---- orders ----

    /// An order of the worked case that the supplier won against nobody, not yet funded.
    function openOrder() internal returns (uint256 orderId) {
        return openOrder(tenderTerms(), AMOUNT);
    }

    function openOrder(ITenders.TenderTerms memory terms, uint128 amount) internal returns (uint256 orderId) {
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, amount);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, amount);
        warpToAward(tenderId);
        return award(tenderId);
    }

    /// The same, with the required deposit in escrow.
    function fundedOrder() internal returns (uint256 orderId) {
        orderId = openOrder();
        fund(orderId, required(orderId));
    }

    function required(uint256 orderId) internal view returns (uint128) {
        IPurchaseOrders.Order memory record = orders.order(orderId);
        return orders.requiredDeposit(record.amount, record.terms.taxBps, record.terms.toleranceBps);
    }

    function fund(uint256 orderId, uint128 deposit) internal {
        vm.prank(buyer);
        orders.fund(orderId, deposit);
    }

    function ship(uint256 orderId, uint128 quantity) internal returns (uint256 deliveryId) {
        bytes32 ref = newReference();
        deliveryId = orders.order(orderId).deliveries + 1;
        vm.prank(supplier);
        orders.ship(orderId, deliveryId, quantity, ref);
    }

    function receiveNow(uint256 orderId, uint256 deliveryId, uint128 quantity) internal {
        receiveAt(orderId, deliveryId, quantity, uint40(block.timestamp));
    }

    function receiveAt(uint256 orderId, uint256 deliveryId, uint128 quantity, uint40 receivedAt) internal {
        bytes32 ref = newReference();
        vm.prank(participants.holderOf(attesterPost));
        orders.receiveDelivery(orderId, deliveryId, quantity, receivedAt, ref);
    }

    function inspect(uint256 orderId, uint256 deliveryId, uint128 accepted) internal {
        bytes32 ref = newReference();
        vm.prank(participants.holderOf(attesterPost));
        orders.inspectDelivery(orderId, deliveryId, accepted, ref);
    }

    function accept(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax) internal {
        bytes32 ref = newReference();
        vm.prank(participants.holderOf(attesterPost));
        orders.acceptDelivery(orderId, deliveryId, net, tax, ref);
    }

    /// Ships, receives and inspects `quantity` in one second; `accepted` of it passes.
    function deliver(uint256 orderId, uint128 quantity, uint128 accepted) internal returns (uint256 deliveryId) {
        deliveryId = ship(orderId, quantity);
        receiveNow(orderId, deliveryId, quantity);
        inspect(orderId, deliveryId, accepted);
    }

    function dispute(uint256 orderId, uint256 deliveryId, address party) internal {
        bytes32 ref = newReference();
        vm.prank(party);
        orders.disputeDelivery(orderId, deliveryId, ref);
    }

    /// The arbiter leaves the day as it was reported, or, when nobody reported, as the one of despatch.
    function ruleDelivery(uint256 orderId, uint256 deliveryId, uint128 received, uint128 accepted) internal {
        IPurchaseOrders.Delivery memory part = orders.delivery(orderId, deliveryId);
        uint256 receivedAt = part.receivedAt == 0 ? part.shippedAt : part.receivedAt;
        ruleDelivery(orderId, deliveryId, received, accepted, receivedAt);
    }

    function ruleDelivery(uint256 orderId, uint256 deliveryId, uint128 received, uint128 accepted, uint256 receivedAt)
        internal
    {
        bytes32 ref = newReference();
        vm.prank(participants.holderOf(arbiterPost));
        orders.ruleDelivery(orderId, deliveryId, received, accepted, uint40(receivedAt), ref);
    }

    function withdraw(uint256 orderId, uint256 deliveryId, address party) internal {
        vm.prank(party);
        orders.withdrawDispute(orderId, deliveryId);
    }

    function grantDiscount(uint256 orderId, uint256 deliveryId, uint128 net) internal {
        bytes32 ref = newReference();
        vm.prank(supplier);
        orders.grantDiscount(orderId, deliveryId, net, ref);
    }

    function status(uint256 orderId) internal view returns (uint256) {
        return uint256(orders.order(orderId).status);
    }

    function status(uint256 orderId, uint256 deliveryId) internal view returns (uint256) {
        return uint256(orders.delivery(orderId, deliveryId).status);
    }

    // ---- refusals ----

    /// The next call must be refused with exactly this error.
    function refused(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function zeroReference() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_ZeroReference.selector);
    }

    function tooEarly(uint256 opensAt) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_TooEarly.selector, block.timestamp, opensAt);
    }

    function tooLate(uint256 closesAt) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_TooLate.selector, block.timestamp, closesAt);
    }

    function notTheHolder(uint32 postId, address account) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, postId, account, participants.holderOf(postId));
    }

    function notTheParty(uint256 orderId, address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotTheParty.selector, orderId, account);
    }

    function wrongStatus(uint256 orderId, IPurchaseOrders.OrderStatus found) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_WrongStatus.selector, orderId, found);
    }

    function wrongStatus(uint256 orderId, uint256 deliveryId, IPurchaseOrders.DeliveryStatus found)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IPurchaseOrders.PurchaseOrders_WrongDeliveryStatus.selector, orderId, deliveryId, found
        );
    }

    function outOfBounds(IPurchaseOrders.Value value, uint256 actual, uint256 least, uint256 most)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_OutOfBounds.selector, value, actual, least, most);
    }

    /// The next call must be refused because `account` lacks the office.
    function refusedWithoutOffice(address account, bytes32 office) internal {
        refused(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, office));
    }
}
