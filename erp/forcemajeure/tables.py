"""Days of force majeure."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class ForceMajeureDay(ErpTable, table=True):
    """A day of a region that nobody answers for (不可抗力日): the number of the day since 1970, in UTC."""

    __tablename__ = "force_majeure_day"

    region: str = Field(primary_key=True)
    day: int = big(primary_key=True)
    document: str  # that made it stand
