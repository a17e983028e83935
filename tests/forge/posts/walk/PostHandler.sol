// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { IPosts } from "../../../../contracts/identity/interfaces/IPosts.sol";
import { ISealedOffices } from "../../../../contracts/identity/interfaces/ISealedOffices.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { TestBase } from "../../support/TestBase.sol";

/// Anybody tries anything with posts, offices and registrations, rightful or not. The handler keeps posts, windows and
/// grants itself and says before each call how it must end.
contract PostHandler is TestBase {
    struct Known {
        bytes32 office;
        address holder;
        address heir;
        address replacement;
        uint256 takeableAt;
    }

    uint256 private constant WAIT = 2 days;
    uint256 private constant WINDOW = 14 days;
    uint256 private constant POSTS = 5;

    Participants public immutable participants;
    mapping(string step => uint256 times) public taken;

    uint256 public surprises; // calls that did not end as they must
    uint256 public unseenGrants; // sealed offices given less than two days after they were announced
    uint256 public gaps; // posts that were vacant though nobody vacated them
    uint256 public survivors; // stolen keys that could act after their post was vacated

    address[8] private _people; // 0: admin, 1: registrar, the rest have no office
    Known[] private _posts;
    mapping(address account => bool) private _registered;
    mapping(bytes32 office => mapping(address account => uint256 time)) private _grantableAt;
    mapping(bytes32 office => mapping(address account => bool)) private _granted;

    constructor(Participants participants_, address admin, address registrar) {
        participants = participants_;
        _people[0] = admin;
        _people[1] = registrar;
        for (uint256 i = 2; i < _people.length; ++i) {
            _people[i] = vm.addr(i);
        }
        // Posts are numbered on from those of the house, which this handler leaves alone.
        while (participants.post(uint32(_first() + _posts.length)).office != bytes32(0)) _posts.push();
    }

    // ---- steps ----

    function create(uint256 seed) external {
        address caller = _boss(seed, 0);
        bytes32 office = _office(seed >> 8);
        address holder = _person(seed >> 16);
        bool expected = caller == _people[0] && _mayHold(holder, office) && _posts.length < _house() + POSTS;
        if (_posts.length >= _house() + POSTS) return;
        bytes memory data = abi.encodeCall(IPosts.createPost, (office, holder, "name"));
        if (!_tried("create", caller, data, expected)) return;
        _posts.push(Known(office, holder, address(0), address(0), 0));
    }

    function offer(uint256 seed) external {
        uint256 post = _postOf(seed);
        if (post == 0) return;
        Known storage record = _posts[post - 1];
        address caller = seed & 1 == 0 && record.holder != address(0) ? record.holder : _person(seed >> 8);
        address heir = seed & 15 == 0 ? address(0) : _person(seed >> 16);
        bytes memory data = abi.encodeCall(IPosts.offerPost, (uint32(post), heir));
        if (_tried("offer", caller, data, caller == record.holder)) record.heir = heir;
    }

    function take(uint256 seed) external {
        uint256 post = _postOf(seed);
        if (post == 0) return;
        Known storage record = _posts[post - 1];
        address caller = _taker(record, seed);
        bool byOffer = caller == record.heir;
        bool byReplacement = caller == record.replacement && block.timestamp >= record.takeableAt
            && block.timestamp < record.takeableAt + WINDOW;
        bool expected =
            caller != record.holder && (byOffer || byReplacement) && _mayHoldBeside(caller, record.office, post);
        address before = record.holder;
        if (!_tried("take", caller, abi.encodeCall(IPosts.takePost, (uint32(post))), expected)) return;
        ++taken[byOffer ? "take by offer" : "take by replacement"];
        if (before != address(0) && participants.holderOf(uint32(post)) == address(0)) ++gaps;
        record.holder = caller;
        record.heir = address(0);
        if (record.replacement == caller) (record.replacement, record.takeableAt) = (address(0), 0);
    }

    function vacate(uint256 seed) external {
        uint256 post = _postOf(seed);
        if (post == 0) return;
        Known storage record = _posts[post - 1];
        address caller = _boss(seed, 0);
        address thief = record.holder;
        bool expected = caller == _people[0] && thief != address(0);
        if (!_tried("vacate", caller, abi.encodeCall(IPosts.vacatePost, (uint32(post))), expected)) return;
        (record.holder, record.heir) = (address(0), address(0));
        if (_can(thief, abi.encodeCall(IPosts.offerPost, (uint32(post), vm.addr(99))))) ++survivors;
        if (_can(thief, abi.encodeCall(IPosts.takePost, (uint32(post))))) ++survivors;
        if (participants.holderOf(uint32(post)) != address(0)) ++survivors;
    }

    function announce(uint256 seed) external {
        uint256 post = _postOf(seed);
        if (post == 0) return;
        Known storage record = _posts[post - 1];
        address caller = _boss(seed, 0);
        address next = seed & 7 == 0 ? address(0) : _person(seed >> 16);
        bool expected = caller == _people[0] && (next == address(0) || next != record.holder);
        bytes memory data = abi.encodeCall(IPosts.announceReplacement, (uint32(post), next));
        if (!_tried("announce", caller, data, expected)) return;
        record.replacement = next;
        record.takeableAt = next == address(0) ? 0 : block.timestamp + WAIT;
    }

    function register(uint256 seed) external {
        address caller = _boss(seed, 1);
        address account = _person(seed >> 16);
        bool expected = caller == _people[1] && !_registered[account] && _postsOf(account) == 0;
        bytes memory data = abi.encodeCall(IParticipants.register, (account, Offices.NODE));
        if (_tried("register", caller, data, expected)) _registered[account] = true;
    }

    function announceGrant(uint256 seed) external {
        address caller = _boss(seed, 0);
        (bytes32 office, address account) = (_sealedOffice(seed >> 8), _person(seed >> 16));
        bytes memory data = abi.encodeCall(ISealedOffices.announceGrant, (office, account));
        if (_tried("announce a grant", caller, data, caller == _people[0])) {
            _grantableAt[office][account] = block.timestamp + WAIT;
        }
    }

    function withdrawGrant(uint256 seed) external {
        address caller = _boss(seed, 0);
        (bytes32 office, address account) = _announced(seed >> 8);
        bool expected = caller == _people[0] && _grantableAt[office][account] != 0;
        bytes memory data = abi.encodeCall(ISealedOffices.withdrawGrant, (office, account));
        if (_tried("withdraw a grant", caller, data, expected)) _grantableAt[office][account] = 0;
    }

    function grant(uint256 seed) external {
        address caller = _boss(seed, 0);
        (bytes32 office, address account) = _announced(seed >> 8);
        uint256 from = _grantableAt[office][account];
        bool seen = from != 0 && block.timestamp >= from && block.timestamp < from + WINDOW;
        bytes memory data = abi.encodeCall(IAccessControl.grantRole, (office, account));
        if (!_tried("grant", caller, data, caller == _people[0] && seen)) return;
        if (!seen) ++unseenGrants;
        _granted[office][account] = true;
        _grantableAt[office][account] = 0;
    }

    function revoke(uint256 seed) external {
        address caller = _boss(seed, 0);
        (bytes32 office, address account) = (_sealedOffice(seed >> 8), _person(seed >> 16));
        bytes memory data = abi.encodeCall(IAccessControl.revokeRole, (office, account));
        if (_tried("revoke", caller, data, caller == _people[0])) _granted[office][account] = false;
    }

    function wait(uint256 seed) external {
        ++taken["wait"];
        skip(bound(seed >> 8, 1, seed % 5 == 0 ? 20 days : 2 days));
    }

    /// Any function, with any arguments, by somebody without any office: nothing that is watched may change.
    function intrude(uint256 seed) external {
        bytes4[22] memory selectors = _selectors();
        address caller = vm.addr(1000 + seed % 3);
        bytes memory data = abi.encodeWithSelector(
            selectors[(seed >> 8) % selectors.length],
            _argument(seed >> 16),
            _argument(seed >> 48),
            _argument(seed >> 80)
        );
        vm.prank(caller);
        (bool done,) = address(participants).call(data);
        ++taken[done ? "intrude in vain" : "intrude and be refused"];
    }

    // ---- what the handler knows ----

    function count() external view returns (uint256) {
        return _posts.length;
    }

    function known(uint256 post) external view returns (Known memory) {
        return _posts[post - 1];
    }

    function person(uint256 index) external view returns (address) {
        return _people[index % _people.length];
    }

    function people() external view returns (uint256) {
        return _people.length;
    }

    function isKnown(address account) external view returns (bool) {
        return _registered[account];
    }

    function isGranted(bytes32 office, address account) external view returns (bool) {
        return _granted[office][account];
    }

    function grantableAt(bytes32 office, address account) external view returns (uint256) {
        return _grantableAt[office][account];
    }

    function postsOf(address account) external view returns (uint256) {
        return _postsOf(account);
    }

    function sealedOffice(uint256 index) external pure returns (bytes32) {
        return _sealedOffice(index);
    }

    /// Posts of the house, before the handler's own.
    function house() external view returns (uint256) {
        return _house();
    }

    // ---- how a call ends ----

    function _tried(string memory step, address caller, bytes memory data, bool expected) private returns (bool) {
        vm.prank(caller);
        (bool done,) = address(participants).call(data);
        if (done != expected) ++surprises;
        ++taken[done ? step : string.concat(step, " in vain")];
        return done;
    }

    function _can(address caller, bytes memory data) private returns (bool done) {
        vm.prank(caller);
        (done,) = address(participants).call(data);
    }

    // ---- who may hold what, by the handler's own list ----

    function _mayHold(address account, bytes32 office) private view returns (bool) {
        return _mayHoldBeside(account, office, 0);
    }

    function _mayHoldBeside(address account, bytes32 office, uint256 post) private view returns (bool) {
        if (_registered[account]) return false;
        for (uint256 i = _house(); i < _posts.length; ++i) {
            if (i + 1 != post && _posts[i].holder == account && _posts[i].office != office) return false;
        }
        return true;
    }

    function _postsOf(address account) private view returns (uint256 posts) {
        for (uint256 i = _house(); i < _posts.length; ++i) {
            if (_posts[i].holder == account) ++posts;
        }
    }

    // ---- draws ----

    function _house() private view returns (uint256 posts) {
        while (posts < _posts.length && _posts[posts].office == bytes32(0)) ++posts;
    }

    function _first() private pure returns (uint256) {
        return 1;
    }

    /// Mostly the one who may.
    function _boss(uint256 seed, uint256 rightful) private view returns (address) {
        return (seed >> 200) % 4 == 0 ? _person(seed >> 208) : _people[rightful];
    }

    function _person(uint256 seed) private view returns (address) {
        return _people[seed % _people.length];
    }

    function _office(uint256 seed) private pure returns (bytes32) {
        uint256 which = seed % 3;
        return which == 0 ? Offices.ATTESTER : which == 1 ? Offices.REPORTER : Offices.ARBITER;
    }

    function _sealedOffice(uint256 seed) private pure returns (bytes32) {
        bytes32[5] memory offices =
            [Offices.SCORER, Offices.AWARDER, Offices.CLAIM_ISSUER, Offices.MARKET, Offices.TREASURER];
        return offices[seed % 5];
    }

    /// Any post of the handler's own; zero: there is none.
    function _postOf(uint256 seed) private view returns (uint256) {
        uint256 before = _house();
        uint256 own = _posts.length - before;
        return own == 0 ? 0 : before + 1 + (seed >> 220) % own;
    }

    /// An office and an account, half of the time one that was announced.
    function _announced(uint256 seed) private view returns (bytes32, address) {
        uint256 start = seed % 40;
        for (uint256 i; i < 40 && seed >> 100 & 1 == 0; ++i) {
            (bytes32 office, address account) = (_sealedOffice((start + i) / 8), _person((start + i) % 8));
            if (_grantableAt[office][account] != 0) return (office, account);
        }
        return (_sealedOffice(seed), _person(seed >> 8));
    }

    function _taker(Known storage record, uint256 seed) private view returns (address) {
        if (seed % 3 == 0 && record.heir != address(0)) return record.heir;
        if (seed % 3 == 1 && record.replacement != address(0)) return record.replacement;
        return _person(seed >> 16);
    }

    function _argument(uint256 seed) private view returns (uint256) {
        uint256 kind = seed % 4;
        if (kind == 0) return uint160(_person(seed >> 2));
        if (kind == 1) return (seed >> 2) % 8;
        if (kind == 2) return uint256(_sealedOffice(seed >> 2));
        return uint256(keccak256(abi.encode(seed)));
    }

    function _selectors() private pure returns (bytes4[22] memory) {
        return [
            IPosts.createPost.selector,
            IPosts.offerPost.selector,
            IPosts.takePost.selector,
            IPosts.vacatePost.selector,
            IPosts.announceReplacement.selector,
            ISealedOffices.sealContractOffices.selector,
            ISealedOffices.announceGrant.selector,
            ISealedOffices.withdrawGrant.selector,
            IAccessControl.grantRole.selector,
            IAccessControl.revokeRole.selector,
            IAccessControl.renounceRole.selector,
            IParticipants.register.selector,
            IParticipants.addCapabilities.selector,
            IParticipants.suspend.selector,
            IParticipants.reinstate.selector,
            IParticipants.pauseObligations.selector,
            IParticipants.retire.selector,
            bytes4(keccak256("beginDefaultAdminTransfer(address)")),
            bytes4(keccak256("acceptDefaultAdminTransfer()")),
            bytes4(keccak256("changeDefaultAdminDelay(uint48)")),
            bytes4(keccak256("cancelDefaultAdminTransfer()")),
            bytes4(keccak256("rollbackDefaultAdminDelay()"))
        ];
    }
}
