// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { Tenders } from "../../../contracts/procurement/Tenders.sol";
import { PurchaseOrders } from "../../../contracts/settlement/PurchaseOrders.sol";
import { Receivables } from "../../../contracts/receivables/Receivables.sol";
import { SettlementToken } from "../../../contracts/settlement/SettlementToken.sol";
import { PlainToken } from "./PlainToken.sol";
import { House } from "./House.sol";

/// The house over a token that does not behave: everything else is as deployed, and the story is told in the same verbs.
abstract contract MisbehavingHouse is House {
    PlainToken internal bad;

    function setUp() public virtual override {
        super.setUp();
        bad = _token();
        IERC20 asToken = IERC20(address(bad));
        receivables = new Receivables(participants, asToken, 0);
        orders = new PurchaseOrders(participants, credit, asToken, receivables, orderRules, majeure, 0);
        tenders = new Tenders(participants, credit, asToken, orders, 0);
        token = SettlementToken(address(bad));
        appoint(Offices.SCORER, address(orders));
        appoint(Offices.AWARDER, address(tenders));
        _supply(buyer);
        _supply(supplier);
        _supply(rival);
    }

    function _token() internal virtual returns (PlainToken);

    function _supply(address account) private {
        bad.mint(account, FUNDS);
        vm.startPrank(account);
        // Not through IERC20: a token may return nothing.
        (bool first,) = address(bad).call(abi.encodeCall(IERC20.approve, (address(orders), type(uint256).max)));
        (bool second,) = address(bad).call(abi.encodeCall(IERC20.approve, (address(tenders), type(uint256).max)));
        vm.stopPrank();
        assertTrue(first && second, "approved");
    }
}
