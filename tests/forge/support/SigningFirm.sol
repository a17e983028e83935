// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// A firm whose account is a contract: it signs by keeping a list of what it agreed to.
contract SigningFirm is IERC1271 {
    mapping(bytes32 digest => bool) private _agreed;

    function agree(bytes32 digest) external {
        _agreed[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes memory) external view returns (bytes4) {
        return _agreed[digest] ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
