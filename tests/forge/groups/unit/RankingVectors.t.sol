// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { BidScoring } from "../../../../contracts/libraries/BidScoring.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// The cheat codes that read JSON.
interface VmRanking {
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
}

/// The table that `tests/reference/role_ranking.py` writes: model, ERP and contracts rank alike.
contract RankingVectorsTest is GroupHouse {
    VmRanking private constant _JSON = VmRanking(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private _table;
    string private _case;
    uint256 private _read;

    function setUp() public override {
        super.setUp();
        _table = vm.readFile("tests/vectors/role_ranking.json");
    }

    function test_every_kind_of_vector_is_read() public view {
        string[3] memory kinds = ["worth", "stake", "leads"];
        for (uint256 i; i < kinds.length; ++i) {
            assertTrue(_JSON.keyExistsJson(_table, string.concat(".", kinds[i], "[0]")), kinds[i]);
        }
    }

    function test_what_pledges_count() public {
        while (_next("worth")) {
            uint256 worth = BidScoring.worthOf(_value("pledge"), _value("credit_bps"), _value("weight_bps"));
            assertEq(worth, _value("expected"), _case);
        }
    }

    function test_what_pledges_bind() public {
        while (_next("stake")) {
            uint256 stake = BidScoring.stakeUp(_value("least"), _value("pledge"), _value("bps"));
            assertEq(stake, _value("expected"), _case);
        }
    }

    /// By grabs of a role of a group of its own.
    function test_who_leads() public {
        while (_next("leads")) {
            uint256 groupId = _open(uint16(_value("weight_bps")));
            book.set(hefei, uint16(_value("best_credit_bps")));
            book.set(qingdao, uint16(_value("credit_bps")));
            grab(groupId, PLANT, hefei, uint128(_value("best_pledge")));
            grab(groupId, PLANT, qingdao, uint128(_value("pledge")));
            bool leads = groups.roundOf(groupId, PLANT, 1).standing == qingdao;
            assertEq(leads ? 1 : 0, _value("expected"), _case);
        }
    }

    function _open(uint16 creditWeightBps) private returns (uint256 groupId) {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].floor = 1;
        roles[0].most = 2 ** 60;
        roles[0].stake = 0;
        roles[0].stakeBpsOfPledge = 0;
        roles[0].minCreditBps = 0;
        roles[0].creditWeightBps = creditWeightBps;
        roles[0].pay = 0;
        roles[1].pay = 0;
        return openGroup(groupTerms(), roles);
    }

    /// Moves to the next case of this kind; false when there is none left.
    function _next(string memory kind) private returns (bool) {
        _case = string.concat(".", kind, "[", vm.toString(_read++), "]");
        return _JSON.keyExistsJson(_table, _case);
    }

    function _value(string memory key) private view returns (uint256) {
        return _JSON.parseJsonUint(_table, string.concat(_case, ".", key));
    }
}
