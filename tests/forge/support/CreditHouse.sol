// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { IdentityHouse } from "./IdentityHouse.sol";

/// The house with a scorer of its own, who tells outcomes of the supplier.
abstract contract CreditHouse is IdentityHouse {
    address internal scorer;

    function setUp() public virtual override {
        super.setUp();
        scorer = actor("scorer");
        appoint(Offices.SCORER, scorer);
    }

    /// On time and whole.
    function delivered(uint256 value) internal {
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, value, 0, 1, 1);
    }

    function defaulted(uint256 value) internal {
        vm.prank(scorer);
        credit.recordDefault(supplier, 1, value);
    }

    /// The outcome of a component other than delivery and quality.
    function said(ICreditRegistry.Component component, uint256 value, uint256 outcomeBps) internal {
        said(component, supplier, 1, value, outcomeBps);
    }

    function said(
        ICreditRegistry.Component component,
        address account,
        uint256 subjectId,
        uint256 value,
        uint256 outcomeBps
    ) internal {
        if (component == ICreditRegistry.Component.Bets) {
            credit.recordBet(account, subjectId, value, _as(scorer, outcomeBps));
        } else if (component == ICreditRegistry.Component.Peers) {
            credit.recordPeerRating(account, subjectId, value, _as(scorer, outcomeBps));
        } else {
            credit.recordFeedback(account, subjectId, value, _as(scorer, outcomeBps));
        }
    }

    function sums(ICreditRegistry.Component component) internal view returns (ICreditRegistry.ComponentRecord memory) {
        return credit.componentsOf(supplier)[uint256(component)];
    }

    function registryWith(uint16 newcomerBps, uint256 newcomerValue) internal returns (CreditRegistry) {
        return new CreditRegistry(participants, newcomerBps, newcomerValue, ICreditRegistry(address(0)));
    }

    function _as(address caller, uint256 outcomeBps) private returns (uint256) {
        vm.prank(caller);
        return outcomeBps;
    }
}
