// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC1155Receiver } from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import { Errors } from "@openzeppelin/contracts/utils/Errors.sol";
import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { IFirmAccount } from "../../../../contracts/identity/interfaces/IFirmAccount.sol";
import { FirmHouse } from "../../support/FirmHouse.sol";

// The answer of ERC-1271 to a signature that counts, and to one that does not.
bytes4 constant AGREED = 0x1626ba7e;
bytes4 constant NOT_AGREED = 0xffffffff;

contract ActAndSignTest is FirmHouse {
    bytes32 private constant DIGEST = keccak256("an amendment");

    function _pay(uint256 amount) private view returns (bytes memory) {
        return abi.encodeCall(IERC20.transfer, (buyer, amount));
    }

    // ---- construction ----

    function test_an_account_begins_with_an_owner_and_looks_registrars_up_in_participants() public {
        vm.expectEmit();
        emit IFirmAccount.OwnershipTaken(address(0), owner);
        FirmAccount fresh = new FirmAccount(participants, owner);
        assertEq(fresh.owner(), owner);
        assertEq(fresh.heir(), address(0));
        assertEq(fresh.vetoedAt(), 0);
        assertEq(fresh.recovery().successor, address(0));
        assertEq(fresh.PARTICIPANTS(), address(participants));
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_ZeroOwner.selector));
        new FirmAccount(participants, address(0));
    }

    // ---- execute ----

    function test_the_firm_acts_by_its_owners_key_and_passes_on_what_it_is_told() public {
        vm.expectEmit(address(firm));
        emit IFirmAccount.CallExecuted(address(token), IERC20.transfer.selector);
        bytes memory result = act(firm, address(token), _pay(7));
        assertTrue(abi.decode(result, (bool)));
        assertEq(token.balanceOf(address(firm)), FUNDS - 7);
        assertEq(token.balanceOf(buyer), FUNDS + 7);
    }

    function test_only_the_owner_acts_also_for_who_is_to_follow() public {
        vm.prank(owner);
        firm.offerOwnership(heir);
        announce(successor);
        address[5] memory others = [heir, successor, registrar, admin, outsider];
        for (uint256 i; i < others.length; ++i) {
            vm.startPrank(others[i]);
            refusedAsNoOwner(others[i]);
            firm.execute(address(token), _pay(1));
            refusedAsNoOwner(others[i]);
            firm.executeBatch(new IFirmAccount.Call[](1));
            vm.stopPrank();
        }
    }

    function test_a_refusal_is_passed_on_as_it_is() public {
        refused(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, address(firm), FUNDS, uint256(FUNDS) + 1
            )
        );
        vm.prank(owner);
        firm.execute(address(token), _pay(uint256(FUNDS) + 1));
    }

    function test_what_is_no_contract_is_not_called() public {
        vm.expectRevert(abi.encodeWithSignature("AddressEmptyCode(address)", outsider));
        vm.prank(owner);
        firm.execute(outsider, _pay(1));
    }

    function test_a_call_that_fails_without_a_reason_fails() public {
        vm.expectRevert(Errors.FailedCall.selector);
        vm.prank(owner);
        firm.execute(address(token), hex"00000000");
    }

    function test_a_batch_is_made_in_order_all_or_none() public {
        IFirmAccount.Call[] memory calls = new IFirmAccount.Call[](2);
        calls[0] = IFirmAccount.Call(address(token), _pay(7));
        calls[1] = IFirmAccount.Call(address(token), abi.encodeCall(IERC20.balanceOf, (buyer)));
        vm.prank(owner);
        bytes[] memory results = firm.executeBatch(calls);
        assertEq(abi.decode(results[1], (uint256)), FUNDS + 7);
        calls[1] = IFirmAccount.Call(address(token), _pay(FUNDS));
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        vm.prank(owner);
        firm.executeBatch(calls);
        assertEq(token.balanceOf(buyer), FUNDS + 7);
    }

    function test_a_batch_has_one_call_or_more_up_to_sixteen() public {
        _batch(1);
        _batch(16);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_CallsOutOfBounds.selector, 0, 16));
        _batch(0);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_CallsOutOfBounds.selector, 17, 16));
        _batch(17);
    }

    function _batch(uint256 count) private {
        IFirmAccount.Call[] memory calls = new IFirmAccount.Call[](count);
        for (uint256 i; i < count; ++i) {
            calls[i] = IFirmAccount.Call(address(token), _pay(1));
        }
        vm.prank(owner);
        firm.executeBatch(calls);
    }

    function test_an_account_needs_and_takes_no_ether() public {
        vm.deal(owner, 1);
        vm.prank(owner);
        (bool done,) = address(firm).call{ value: 1 }("");
        assertFalse(done);
    }

    function test_capacity_tokens_can_be_sent_to_it() public {
        assertTrue(firm.supportsInterface(type(IERC1155Receiver).interfaceId));
        assertEq(
            bytes32(firm.onERC1155Received(address(0), address(0), 1, 1, "")),
            bytes32(IERC1155Receiver.onERC1155Received.selector)
        );
    }

    // ---- sign ----

    function test_the_owners_word_for_the_account_is_the_accounts() public view {
        assertEq(firm.messageOf(DIGEST), messageFor(address(firm), DIGEST), "as a wallet computes it");
        _assertAnswer(firm, wordOf(ownerKey, firm, DIGEST), AGREED);
    }

    function test_no_other_word_is() public view {
        _assertAnswer(firm, wordOf(heirKey, firm, DIGEST), NOT_AGREED);
        _assertAnswer(firm, signatureOf(ownerKey, keccak256("another")), NOT_AGREED);
        _assertAnswer(firm, "", NOT_AGREED);
        _assertAnswer(firm, new bytes(65), NOT_AGREED);
    }

    /// Else one signature of an owner would be the word of both its firms, or of itself and its firm.
    function test_one_signature_is_the_word_of_one_account_only() public {
        FirmAccount second = openFirm(owner);
        _assertAnswer(second, wordOf(ownerKey, firm, DIGEST), NOT_AGREED);
        _assertAnswer(firm, signatureOf(ownerKey, DIGEST), NOT_AGREED);
        bytes32 message = messageFor(address(firm), DIGEST);
        assertTrue(message != DIGEST, "what is signed for the firm is nothing that a room asks of a key");
    }

    function test_an_account_owns_an_account_and_each_wraps_once_outermost_first() public {
        FirmAccount daughter = openFirm(address(firm));
        bytes32 inner = messageFor(address(daughter), DIGEST);
        _assertAnswer(daughter, wordOf(ownerKey, firm, inner), AGREED);
        _assertAnswer(daughter, wordOf(ownerKey, daughter, DIGEST), NOT_AGREED);
        _assertAnswer(firm, wordOf(ownerKey, firm, inner), NOT_AGREED);
        vm.prank(owner);
        firm.execute(address(daughter), abi.encodeCall(IFirmAccount.execute, (address(token), _pay(3))));
        assertEq(token.balanceOf(address(daughter)), FUNDS - 3);
    }

    function test_what_a_former_owner_signed_counts_for_nothing_from_the_change_on() public {
        bytes memory word = wordOf(ownerKey, firm, DIGEST);
        handOverTo(heir);
        _assertAnswer(firm, word, NOT_AGREED);
        _assertAnswer(firm, wordOf(heirKey, firm, DIGEST), AGREED);
    }

    function testFuzz_only_the_owners_key_signs(uint256 key, bytes32 digest) public view {
        key = bound(key, 1, 2 ** 250);
        _assertSays(firm, digest, wordOf(key, firm, digest), key == ownerKey ? AGREED : NOT_AGREED);
        _assertSays(firm, digest, wordOf(ownerKey, firm, digest), AGREED);
    }

    function _assertAnswer(FirmAccount asked, bytes memory signature, bytes4 answer) private view {
        _assertSays(asked, DIGEST, signature, answer);
    }

    function _assertSays(FirmAccount asked, bytes32 digest, bytes memory signature, bytes4 answer) private view {
        assertEq(bytes32(asked.isValidSignature(digest, signature)), bytes32(answer));
    }
}
