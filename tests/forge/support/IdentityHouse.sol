// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { CreditRegistry } from "../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { Participants } from "../../../contracts/identity/Participants.sol";
import { SettlementToken } from "../../../contracts/settlement/SettlementToken.sol";
import { TestBase } from "./TestBase.sol";

/// What lasts while rooms come and go: participants, credit and the token, with offices and posts filled and parties in
/// funds. `tenders` and `orders` are two registered custodians that do nothing.
abstract contract IdentityHouse is TestBase {
    uint256 internal constant START = 1_146_441_600; // 2006-05-01T00:00:00Z
    uint16 internal constant NEWCOMER_BPS = 7000;
    uint256 internal constant NEWCOMER_VALUE = 1_000_000;
    uint128 internal constant FUNDS = 1_000_000_000;

    address internal admin;
    address internal registrar;
    address internal treasurer;
    address internal guardian;
    address internal attester;
    address internal arbiter;
    address internal buyer;
    address internal supplier;
    address internal rival;
    address internal outsider;
    address internal tenders;
    address internal orders;

    uint32 internal attesterPost;
    uint32 internal arbiterPost;

    Participants internal participants;
    CreditRegistry internal credit;
    SettlementToken internal token;

    uint256 private _references;

    function setUp() public virtual {
        vm.warp(START);
        admin = actor("admin");
        registrar = actor("registrar");
        treasurer = actor("treasurer");
        guardian = actor("guardian");
        attester = actor("attester");
        arbiter = actor("arbiter");
        buyer = actor("buyer");
        supplier = actor("supplier");
        rival = actor("rival");
        outsider = actor("outsider");
        tenders = actor("tenders");
        orders = actor("orders");
        participants = new Participants(1 days, admin);
        credit = new CreditRegistry(participants, NEWCOMER_BPS, NEWCOMER_VALUE, ICreditRegistry(address(0)));
        token = new SettlementToken(participants, "Settlement token", "STL");
        attesterPost = createPost(Offices.ATTESTER, attester);
        arbiterPost = createPost(Offices.ARBITER, arbiter);
        appoint(Offices.REGISTRAR, registrar);
        appoint(Offices.TREASURER, treasurer);
        appoint(Offices.GUARDIAN, guardian);
        registerCustodian(tenders);
        registerCustodian(orders);
        enrol(buyer, Offices.BUYER);
        enrol(supplier, Offices.SUPPLIER);
        enrol(rival, Offices.SUPPLIER);
    }

    // ---- offices and posts ----

    /// `account` holds an office from now on.
    function appoint(bytes32 office, address account) internal {
        vm.prank(admin);
        participants.grantRole(office, account);
    }

    function revoke(bytes32 office, address account) internal {
        vm.prank(admin);
        participants.revokeRole(office, account);
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

    // ---- participants ----

    function registerCustodian(address account) internal {
        vm.prank(registrar);
        participants.register(account, Offices.CUSTODIAN);
    }

    /// `account` is a participant with `FUNDS`.
    function enrol(address account, uint8 capabilities) internal {
        vm.prank(registrar);
        participants.register(account, capabilities);
        vm.prank(treasurer);
        token.issue(account, FUNDS, newReference());
    }

    function suspend(address account) internal {
        vm.prank(registrar);
        participants.suspend(account, newReference());
    }

    function pause() internal {
        vm.prank(guardian);
        participants.pauseObligations();
    }

    /// A reference that nobody used before.
    function newReference() internal returns (bytes32) {
        return keccak256(abi.encode("reference", ++_references));
    }

    // ---- refusals ----

    /// The next call must be refused with exactly this error.
    function refused(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    /// The next call must be refused because `account` lacks the office.
    function refusedWithoutOffice(address account, bytes32 office) internal {
        refused(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, office));
    }
}
