// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Offices
/// @notice The offices of operators (roles of AccessControl in {Participants}) and the capabilities of participants.
library Offices {
    // Held by persons or daemons.
    bytes32 internal constant REGISTRAR = keccak256("REGISTRAR"); // registers, suspends, reinstates participants
    bytes32 internal constant TREASURER = keccak256("TREASURER"); // issues settlement tokens against bank money
    bytes32 internal constant ATTESTER = keccak256("ATTESTER"); // reports receipt, inspection, match for an ERP
    bytes32 internal constant ANCHORER = keccak256("ANCHORER"); // opens document streams and anchors them
    bytes32 internal constant GUARDIAN = keccak256("GUARDIAN"); // stops new obligations
    bytes32 internal constant REPORTER = keccak256("REPORTER"); // reports metrics, progress and user feedback
    bytes32 internal constant ARBITER = keccak256("ARBITER"); // rules where it is neither party nor reporter

    // Held by contracts only.
    bytes32 internal constant SCORER = keccak256("SCORER"); // sees outcomes: writes credit
    bytes32 internal constant AWARDER = keccak256("AWARDER"); // turns tenders into orders
    bytes32 internal constant CLAIM_ISSUER = keccak256("CLAIM_ISSUER"); // turns payables not yet due into receivables
    bytes32 internal constant MARKET = keccak256("MARKET"); // issues capacity tokens against money

    // Capabilities of participants, a bit set.
    uint8 internal constant BUYER = 1;
    uint8 internal constant SUPPLIER = 2;
    uint8 internal constant CUSTODIAN = 4; // a contract that holds participants' money
    uint8 internal constant NODE = 8; // a micro-enterprise that leads chain groups and takes roles in them
    uint8 internal constant FINANCIER = 16; // buys receivables
}
