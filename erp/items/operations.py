"""The operations on items and their sourcing policies."""

from __future__ import annotations

from erp.items import schemas, service
from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role

# fields of a policy that its tenders and orders take over
TERMS = (
    "commit_seconds reveal_seconds lead_seconds min_credit_bps lateness_bps_per_day "
    "lateness_cap_bps "
    "tax_bps tolerance_bps fund_seconds grace_seconds silence_seconds payment_seconds "
    "sourcing lots review_seconds second_price max_days credit_weight_bps "
    "min_decrement_bps extension_seconds max_extensions"
)

OPERATIONS: Operations = {
    schemas.RegisterItem: Operation(
        "item",
        "ITM",
        service.register_item,
        Told.BY_PEOPLE,
        frozenset({Role.ADMIN, Role.PLANNER}),
        fields=classed("code name unit"),
    ),
    schemas.SetSourcingPolicy: Operation(
        "sourcing_policy",
        "POL",
        service.set_sourcing_policy,
        Told.BY_PEOPLE,
        frozenset({Role.PLANNER}),
        fields=classed(
            "item buyer buyer_account reorder_point reorder_quantity candidates candidate_accounts "
            + TERMS,
            money="bond_minor day_value_minor",
            confidential="estimate_minor",
        ),
    ),
}
