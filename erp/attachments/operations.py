"""The operations of side data."""

from __future__ import annotations

from erp.attachments import schemas, service
from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role

ATTACHERS = frozenset({Role.PLANNER, Role.BUYER, Role.WAREHOUSE, Role.QUALITY, Role.FINANCE})

OPERATIONS: Operations = {
    schemas.AttachFile: Operation(
        "attachment",
        "ATT",
        service.attach_file,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        ATTACHERS,
        fields=classed(
            "about about_type order kind name media_type field_class personal size_bytes digest"
        ),
        regardless=service.attach_regardless,
    ),
    schemas.EraseSideData: Operation(
        "side_data_erasure",
        "ERA",
        service.erase_side_data,
        Told.BY_PEOPLE,
        frozenset({Role.ADMIN}),
        fields=classed("attachment about digest reason"),
        regardless=service.erase_regardless,
    ),
}
