"""What type a column of a MariaDB (or MySQL) source has, by the server's own words."""

from archive.schema import Column, Logical
from connectors.old_sql_schema import Typed

_MOST_BITS = 63
"""Of a whole number with a sign in 64 bits."""


def exact_type(kind: str, declared: str, precision: int | None, scale: int | None) -> Typed | None:
    """Give the type of DATA_TYPE and COLUMN_TYPE; None where the archive has no exact form.

    tinyint(1) is a whole number: the server lets 2 into it. Spans of time and times of the day
    share one type; it is taken for spans until the values were looked at.
    """
    if kind == "bigint" and "unsigned" in declared:
        return Typed(Logical.DECIMAL, 20, 0)
    if kind == "bit":
        wide = (precision or 1) > _MOST_BITS
        return Typed(Logical.DECIMAL, 20, 0) if wide else Typed(Logical.INTEGER)
    if kind == "decimal":
        return Typed(Logical.DECIMAL, precision, scale)
    found = _types.get(kind)
    return Typed(found) if found else None


def is_clock(column: Column) -> bool:
    """Tell whether a column is of the type that holds both."""
    return column.type is Logical.INTERVAL


_types = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), Logical.INTEGER),
    **dict.fromkeys(("float", "double"), Logical.REAL),
    **dict.fromkeys(("char", "varchar", "enum", "set"), Logical.TEXT),
    **dict.fromkeys(("tinytext", "text", "mediumtext", "longtext"), Logical.TEXT),
    **dict.fromkeys(("binary", "varbinary"), Logical.BLOB),
    **dict.fromkeys(("tinyblob", "blob", "mediumblob", "longblob"), Logical.BLOB),
    "date": Logical.DATE,
    "datetime": Logical.TIMESTAMP,
    # Kept in UTC, and shown in the session's zone, which is UTC here.
    "timestamp": Logical.TIMESTAMPTZ,
    "time": Logical.INTERVAL,
    "uuid": Logical.UUID,
    # MySQL's own; MariaDB's is a longtext that is checked.
    "json": Logical.JSON,
}
