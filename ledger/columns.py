"""What all the ledger's tables stand on: one metadata, aware moments, whose row it is."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, DateTime, Engine, ForeignKey, MetaData, String, bindparam
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment: stored in UTC, read back aware, and refused without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ANN401, ARG002
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value} has no zone; the ledger keeps aware moments only"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ANN401, ARG002
        """Read aware; SQLite forgets the zone."""
        if value is None:
            return None
        return _aware(value)


@lru_cache(maxsize=4096)
def _aware(value: datetime) -> datetime:
    """Give a moment in UTC; the thousand steps of one tick all bear the same."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def of_rollout(**more: Any) -> Column[str]:  # noqa: ANN401 - Column's own arguments
    """Give the first column of every table of a rollout."""
    return Column("rollout", String(40), ForeignKey("rollout.name"), primary_key=True, **more)


OF = bindparam("of_rollout", type_=String(40))
"""Stands for a rollout's name in a query that is written once: what every look asks is asked often,
and writing a query costs more than asking it."""


def is_sqlite(engine: Engine) -> bool:
    """Whether a ledger is kept in SQLite."""
    return engine.dialect.name == "sqlite"
