// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC1155Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { CapacityTokens } from "../../../../contracts/capacity/CapacityTokens.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

/// A trader that is a contract: it tries to enter again from the hook, or refuses everything.
contract HookedTrader {
    CapacityMarket private market;
    CapacityTokens private capacity;
    uint256 private saleId;
    bool public refuses;
    bytes4[] public answers;

    constructor(CapacityMarket market_, CapacityTokens capacity_) {
        market = market_;
        capacity = capacity_;
    }

    function approve(address token) external {
        (bool done,) =
            token.call(abi.encodeWithSignature("approve(address,uint256)", address(market), type(uint256).max));
        require(done);
    }

    function buy(uint256 saleId_, uint24 quantity) external returns (uint256) {
        saleId = saleId_;
        return market.buy(saleId_, quantity, type(uint128).max);
    }

    function close() external {
        refuses = true;
    }

    function answered() external view returns (uint256) {
        return answers.length;
    }

    function onERC1155Received(address, address, uint256 tokenId, uint256 quantity, bytes calldata)
        external
        returns (bytes4)
    {
        require(!refuses);
        _try(abi.encodeCall(ICapacityMarket.redeem, (tokenId, uint24(quantity), "again")));
        _try(abi.encodeCall(ICapacityMarket.buy, (saleId, 1, type(uint128).max)));
        _try(abi.encodeCall(ICapacityMarket.refund, (tokenId, address(this))));
        _try(abi.encodeCall(ICapacityMarket.expire, (tokenId, address(this))));
        _try(abi.encodeCall(ICapacityMarket.withdraw, (address(this))));
        return this.onERC1155Received.selector;
    }

    function _try(bytes memory call_) private {
        (bool done, bytes memory answer) = address(market).call(call_);
        require(!done);
        answers.push(bytes4(answer));
    }
}

/// What a reviewer tried on the market of machine time, and the promises that came of it.
contract CapacityFindingsTest is CapacityHouse {
    address private mereCustodian;

    function setUp() public override {
        super.setUp();
        mereCustodian = actor("mere custodian");
    }

    /// A device whose parties have one hour to object, in a shift of eight.
    function _hasty() private {
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        terms.deviceRef = keccak256("press 8");
        terms.disputeSeconds = 1 hours;
        terms.rulingSeconds = 1 hours;
        vm.prank(plant);
        deviceId = capacity.registerDevice(terms);
    }

    function _end() private view returns (uint256 endsAt) {
        (,, endsAt,) = capacity.slotTimes(deviceId, SLOT);
    }

    // ---- promises ----

    function test_a_plant_that_could_never_be_paid_registers_no_device() public {
        vm.prank(registrar);
        participants.register(mereCustodian, Offices.CUSTODIAN);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, mereCustodian));
        vm.prank(mereCustodian);
        capacity.registerDevice(deviceTerms());
    }

    function test_no_report_is_beyond_dispute_before_its_slot_is_over() public {
        _hasty();
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 120);
        vm.warp(_end() - 1);
        refused(
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_NotYetDecided.selector, run, block.timestamp, _end() + 1 hours
            )
        );
        market.settle(run);
        vm.warp(_end());
        dispute(holder, run);
        vm.prank(arbiter);
        market.rule(run, 0, "nothing ran");
        assertEq(market.owed(holder), 30_000);
    }

    function test_a_report_is_open_to_dispute_from_the_later_of_itself_and_the_slots_end() public {
        _hasty();
        uint256 run = redeemed();
        uint256 state = vm.snapshotState();
        for (uint256 i; i < 3; ++i) {
            vm.warp(_end() + i - 1);
            report(run, 120);
            assertEq(decidesAt(run), (i == 2 ? _end() + 1 : _end()) + 1 hours);
            vm.revertToState(state);
        }
    }

    function test_an_early_dispute_is_ruled_by_one_who_saw_the_slot_end() public {
        _hasty();
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 120);
        dispute(holder, run);
        assertEq(decidesAt(run), _end() + 2 hours);
        vm.warp(_end() + 2 hours - 1);
        vm.prank(arbiter);
        market.rule(run, 0, "nothing ran");
        assertEq(market.owed(holder), 30_000);
    }

    function test_a_suspended_plant_sells_nothing_more_and_closes_what_it_sold() public {
        attest(FREE);
        uint256 saleId = openSale(saleTerms());
        uint256 tokenId = buy(holder, saleId, 100);
        suspend(plant);
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, plant, 0));
        vm.prank(holder);
        market.buy(saleId, 100, PRICE);
        vm.prank(registrar);
        participants.reinstate(plant);
        buy(holder, saleId, 50);
        suspend(plant);
        failSlot();
        vm.prank(plant);
        market.closeSale(saleId);
        market.refund(tokenId, holder);
        market.withdraw(holder);
        assertEq(token.balanceOf(holder), FUNDS);
    }

    function test_a_receiver_that_enters_again_changes_nothing() public {
        attest(FREE);
        uint256 saleId = openSale(saleTerms());
        HookedTrader trader = new HookedTrader(market, capacity);
        enrol(address(trader), Offices.NODE);
        trader.approve(address(token));
        uint256 tokenId = trader.buy(saleId, 100);
        assertEq(trader.answered(), 5);
        for (uint256 i; i < 5; ++i) {
            assertEq(
                bytes32(trader.answers(i)),
                bytes32(ReentrancyGuard.ReentrancyGuardReentrantCall.selector),
                "refused by the guard"
            );
        }
        assertEq(market.unredeemed(tokenId), 100);
        assertEq(token.balanceOf(address(market)), 25_000);
    }

    function test_a_receiver_that_refuses_stops_its_own_purchase_and_nobodys_refund() public {
        attest(FREE);
        uint256 saleId = openSale(saleTerms());
        HookedTrader trader = new HookedTrader(market, capacity);
        enrol(address(trader), Offices.NODE);
        trader.approve(address(token));
        uint256 tokenId = trader.buy(saleId, 50);
        buy(holder, saleId, 50);
        trader.close();
        vm.expectRevert();
        trader.buy(saleId, 50);
        failSlot();
        market.refund(tokenId, address(trader));
        market.refund(tokenId, holder);
        market.withdraw(address(trader));
        market.withdraw(holder);
        assertEq(token.balanceOf(address(trader)), FUNDS);
        assertEq(token.balanceOf(address(market)), 0);
    }

    function test_one_id_named_twice_in_a_batch_moves_no_minute_twice() public {
        uint256 tokenId = sold(100);
        uint256[] memory ids = new uint256[](2);
        uint256[] memory values = new uint256[](2);
        (ids[0], ids[1]) = (tokenId, tokenId);
        (values[0], values[1]) = (60, 60);
        refused(abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, holder, 40, 60, tokenId));
        vm.prank(holder);
        capacity.safeBatchTransferFrom(holder, reseller, ids, values, "");
    }

    function testFuzz_two_sales_of_one_slot_never_sell_a_minute_twice(uint24 first, uint24 second, uint24 lowered)
        public
    {
        attest(FREE);
        uint256 one = openSale(saleTerms());
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        (terms.quantity, terms.startPrice, terms.floorPrice) = (FREE, 9, 1);
        uint256 two = openSale(terms);
        first = uint24(bound(first, 1, 200));
        buy(holder, one, first);
        attest(uint24(bound(lowered, first, FREE)));
        second = uint24(bound(second, 1, FREE));
        vm.prank(reseller);
        (bool done,) = address(market).call(abi.encodeCall(ICapacityMarket.buy, (two, second, type(uint128).max)));
        ICapacityTokens.Slot memory slot = capacity.slot(deviceId, SLOT);
        assertEq(slot.issued, done ? first + second : first, "issued");
        assertLe(slot.issued, slot.attested, "attested");
        assertEq(done, first + second <= slot.attested, "sold when free");
    }

    // ---- limits, in their size ----

    function test_known_after_an_early_end_the_price_of_an_earlier_second_reads_lower_than_it_was() public {
        attest(FREE);
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        (terms.startPrice, terms.floorPrice) = (1000, 1);
        uint256 saleId = openSale(terms);
        uint256 opened = block.timestamp;
        skip(1 hours);
        assertEq(market.priceAt(saleId, opened + 1 hours - 1), 959);
        vm.prank(plant);
        market.closeSale(saleId);
        assertEq(market.priceAt(saleId, opened + 1 hours - 1), 2);
    }

    /// Take or pay has no time to think: whoever buys in a sale's last second has that second to redeem.
    function test_known_minutes_bought_in_the_last_second_are_redeemed_in_it_or_paid_for_nothing() public {
        attest(FREE);
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.closesAt = uint40(expiry());
        uint256 saleId = openSale(terms);
        vm.warp(expiry() - 1);
        uint256 tokenId = buy(holder, saleId, 100);
        redeem(tokenId, 40);
        skip(1);
        refused(
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_TokenExpired.selector, tokenId, block.timestamp, block.timestamp
            )
        );
        vm.prank(holder);
        market.redeem(tokenId, 60, PRODUCTION_ORDER);
        market.expire(tokenId, holder);
        assertEq(market.owed(plant), 15_000);
    }

    /// Offices are trusted with a name: the first attester in office of any plant binds a reference.
    function test_known_a_false_attester_takes_a_reference_and_the_plant_registers_under_another() public {
        address accomplice = actor("false attester");
        uint32 falsePost = createPost(Offices.ATTESTER, accomplice);
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        terms.attesterPost = falsePost;
        vm.prank(reseller);
        uint64 squatted = capacity.registerDevice(terms);
        vm.prank(accomplice);
        capacity.attestCapacity(squatted, SLOT, 0, "nothing");
        refused(
            abi.encodeWithSelector(
                ICapacityTokens.CapacityTokens_DeviceElsewhere.selector, deviceId, DEVICE_REF, squatted
            )
        );
        vm.prank(attester);
        capacity.attestCapacity(deviceId, SLOT, FREE, "schedule");
        terms = deviceTerms();
        terms.deviceRef = keccak256("press 7, again");
        vm.prank(plant);
        deviceId = capacity.registerDevice(terms);
        attest(FREE);
    }
}
