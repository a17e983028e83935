// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Hearing
/// @notice How what was reported is disputed and ruled (听证), the same in every room: report, dispute, withdraw, rule,
/// lapse.
///
///     none ── dispute ──▶ Disputed ── rule ──▶ Ruled
///                            ├── withdraw ──▶ Withdrawn ── dispute, by another ──▶ Disputed
///                            ├── dispute, by another ──▶ joined: no longer withdrawn
///                            └── lapse ──▶ Lapsed (nobody ruled in time: what was reported stands)
///
/// The report itself lives in the record that it changes, with the time of it; the window for a dispute,
/// [opensAt, disputeBy), is computed by the room and handed in. Only a dispute costs a slot.
///
/// The time for a ruling runs from the end of the window for disputes, not from the dispute: who disputes first does
/// not shorten it, and no dispute gains time over another. Who withdrew disputes again only after somebody else did.
///
/// Nobody uses up another's word: who disputes what is disputed joins, once for all, and from then on nobody withdraws.
/// Else the one for whom the report speaks would dispute it first, keep the other out, and withdraw after the window.
///
/// A new report is a new case: the room deletes the old one.
///
/// Example: reported at 100, disputable until 200, 50 seconds to rule.
///     110  the supplier disputes                      ruleBy = 250
///     120  the supplier withdraws                     Withdrawn; at 200 the report stands
///     130  the buyer disputes                         ruleBy = 250
///     249  the arbiter rules                          Ruled, what it says stands at once
///     250  (without a ruling) anybody lapses it       Lapsed, what was reported stands
/// Or:
///     110  the buyer disputes                         ruleBy = 250
///     199  the supplier disputes too                  joined, ruleBy = 250
///     200  the buyer would withdraw                   refused: the supplier waits for a ruling
library Hearing {
    /// @notice Where a case is.
    enum Stage {
        None,
        Disputed,
        Withdrawn,
        Ruled,
        Lapsed
    }

    /// @notice The case about one report.
    struct Case {
        // slot 0
        address disputant; // who disputed last
        uint40 ruleBy; // of the last dispute, unix seconds
        Stage stage;
        bool joined; // by another disputant
    }

    error Hearing_NotYetDisputable(uint256 timestamp, uint256 opensAt);
    error Hearing_NoLongerDisputable(uint256 timestamp, uint256 disputeBy);
    error Hearing_DisputedBefore(address disputant);
    error Hearing_NotDisputed(Stage stage);
    error Hearing_NotTheDisputant(address account, address disputant);
    error Hearing_Joined(address disputant);
    error Hearing_RulingClosed(uint256 timestamp, uint256 ruleBy);
    error Hearing_RulingOpen(uint256 timestamp, uint256 ruleBy);

    /// @notice Opens the case, or joins it when another opened it: within [opensAt, disputeBy).
    function dispute(Case storage self, address disputant, uint256 opensAt, uint256 disputeBy, uint256 rulingSeconds)
        internal
        returns (uint40 ruleBy)
    {
        Stage stage = self.stage;
        bool again = stage != Stage.None && self.disputant == disputant;
        if (again || self.joined || stage == Stage.Ruled || stage == Stage.Lapsed) {
            revert Hearing_DisputedBefore(self.disputant);
        }
        if (block.timestamp < opensAt) revert Hearing_NotYetDisputable(block.timestamp, opensAt);
        if (block.timestamp >= disputeBy) revert Hearing_NoLongerDisputable(block.timestamp, disputeBy);
        if (stage == Stage.Disputed) {
            self.joined = true;
            return self.ruleBy;
        }
        ruleBy = uint40(disputeBy + rulingSeconds);
        self.disputant = disputant;
        self.ruleBy = ruleBy;
        self.stage = Stage.Disputed;
    }

    /// @notice The disputant takes its dispute back, unless another joined it: what was reported stands as if it had
    /// never been disputed.
    function withdraw(Case storage self, address disputant) internal {
        _checkDisputed(self);
        if (self.disputant != disputant) revert Hearing_NotTheDisputant(disputant, self.disputant);
        if (self.joined) revert Hearing_Joined(disputant);
        self.stage = Stage.Withdrawn;
    }

    /// @notice Closes the case by a ruling, before `ruleBy`.
    function rule(Case storage self) internal {
        _checkDisputed(self);
        if (block.timestamp >= self.ruleBy) revert Hearing_RulingClosed(block.timestamp, self.ruleBy);
        self.stage = Stage.Ruled;
    }

    /// @notice Closes the case without a ruling, from `ruleBy` on.
    function lapse(Case storage self) internal {
        _checkDisputed(self);
        if (block.timestamp < self.ruleBy) revert Hearing_RulingOpen(block.timestamp, self.ruleBy);
        self.stage = Stage.Lapsed;
    }

    /// @notice True while a ruling is awaited; also after `ruleBy`, until somebody lapses the case.
    function isDisputed(Case storage self) internal view returns (bool) {
        return self.stage == Stage.Disputed;
    }

    /// @notice From when on what was reported stands and can no longer change, unix seconds.
    /// @param disputeBy End of the window for disputes of the report.
    function standsAt(Case storage self, uint256 disputeBy) internal view returns (uint256) {
        Stage stage = self.stage;
        if (stage == Stage.None || stage == Stage.Withdrawn) return disputeBy;
        if (stage == Stage.Disputed) return self.ruleBy;
        return 0; // ruled or lapsed: at once
    }

    function _checkDisputed(Case storage self) private view {
        if (self.stage != Stage.Disputed) revert Hearing_NotDisputed(self.stage);
    }
}
