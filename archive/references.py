"""Rows that refer to a parent which is not there, counted by SQL that every kind understands."""

from collections.abc import Callable

from archive.schema import ForeignKey, Table

Quoted = Callable[[Table, str | None], str]
"""Gives the quoted name of a table, or of a column of it."""


def broken_sql(table: Table, key: ForeignKey, parent: Table | None, quoted: Quoted) -> str:
    """Give a SELECT of the number of rows whose parent is missing.

    As SQL has it (MATCH SIMPLE), a row with a NULL in its key refers to nothing. A join and not
    NOT EXISTS, since SQLite makes an index of its own for a join where there is none.
    """
    own = [f"c.{quoted(table, name)}" for name in key.columns]
    given = " AND ".join(f"{name} IS NOT NULL" for name in own)
    child = f"{quoted(table, None)} AS c"
    if parent is None:
        return f"SELECT count(*) FROM {child} WHERE {given}"  # noqa: S608 quoted
    other = [f"p.{quoted(parent, name)}" for name in key.parent_columns]
    same = " AND ".join(f"{left} = {right}" for left, right in zip(other, own, strict=True))
    return (
        f"SELECT count(*) FROM {child} LEFT JOIN {quoted(parent, None)} AS p ON {same} "  # noqa: S608 quoted
        f"WHERE {other[0]} IS NULL AND {given}"
    )
