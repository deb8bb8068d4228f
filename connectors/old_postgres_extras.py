"""What PostgreSQL's catalogues say beside tables and columns: comments, conditions, sequences."""

from collections.abc import Iterator
from collections.abc import Sequence as Several

import sqlalchemy as sa

from archive.schema import Sequence, Table

_TABLES = "c.relkind IN ('r', 'p') AND NOT c.relispartition"
_PLACE = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_Described = dict[tuple[str, str], dict[str | None, str]]
"""Comments by schema and table, then by column; None is the table itself."""


def enriched(connection: sa.Connection, tables: Several[Table], default: str) -> list[Table]:
    """Give the tables with their comments and conditions; `default` names the default schema."""
    described = _comments(connection)
    conditions = _conditions(connection)
    found = []
    for table in tables:
        place = (table.db_schema or default, table.bare_name)
        words = described.get(place, {})
        columns = tuple(
            column.model_copy(update={"comment": words.get(column.name)})
            for column in table.columns
        )
        update = {
            "columns": columns,
            "comment": words.get(None),
            "checks": tuple(conditions.get(place, ())),
        }
        found.append(table.model_copy(update=update))
    return found


def sequences(connection: sa.Connection) -> tuple[Sequence, ...]:
    """Give every sequence and where it stands. That is of now: sequences know no snapshot."""
    rows = connection.exec_driver_sql(
        "SELECT CASE WHEN n.nspname = current_schema() THEN c.relname"  # noqa: S608 constants
        " ELSE n.nspname || '.' || c.relname END, format('%%I.%%I', n.nspname, c.relname),"
        " has_sequence_privilege(c.oid, 'SELECT'), s.seqincrement,"
        " CASE WHEN has_sequence_privilege(c.oid, 'USAGE,SELECT')"
        " THEN pg_sequence_last_value(c.oid) END, s.seqstart"
        f" FROM {_PLACE} JOIN pg_sequence s ON s.seqrelid = c.oid ORDER BY n.nspname, c.relname"
    )
    found = []
    for name, quoted, shown, step, last, first in [*rows]:
        following = (first if last is None else last + step) if shown else None
        restart = "" if following is None else f"ALTER SEQUENCE {quoted} RESTART WITH {following}"
        found.append(Sequence(name=name, next=following, restart=restart))
    return tuple(found)


def sequence_definitions(connection: sa.Connection) -> Iterator[str]:
    """Give the statements that make them, but for those that come with an identity column."""
    rows = connection.exec_driver_sql(
        "SELECT format('CREATE SEQUENCE %%I.%%I AS %%s START %%s INCREMENT %%s MINVALUE %%s"  # noqa: S608 constants
        " MAXVALUE %%s CACHE %%s%%s', n.nspname, c.relname, format_type(s.seqtypid, NULL),"
        " s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,"
        " CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)"
        f" FROM {_PLACE} JOIN pg_sequence s ON s.seqrelid = c.oid"
        " WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i'"
        " AND d.classid = 'pg_class'::regclass) ORDER BY n.nspname, c.relname"
    )
    yield from rows.scalars()


def index_definitions(connection: sa.Connection) -> Iterator[str]:
    """Give the statements that make all indexes but the primary keys' own."""
    rows = connection.exec_driver_sql(
        "SELECT pg_get_indexdef(i.indexrelid)"  # noqa: S608 constants
        f" FROM {_PLACE} JOIN pg_index i ON i.indrelid = c.oid"
        f" WHERE {_TABLES} AND NOT i.indisprimary AND {_theirs()}"
        " ORDER BY n.nspname, c.relname, i.indexrelid::regclass::text"
    )
    yield from rows.scalars()


def comment_definitions(connection: sa.Connection) -> Iterator[str]:
    """Give the statements that say what is said of tables and columns."""
    rows = connection.exec_driver_sql(
        "SELECT format('COMMENT ON %%s %%I.%%I%%s IS %%L',"  # noqa: S608 constants
        " CASE WHEN a.attname IS NULL THEN 'TABLE' ELSE 'COLUMN' END, n.nspname, c.relname,"
        " coalesce('.' || quote_ident(a.attname), ''), d.description)"
        f" FROM {_described()} ORDER BY n.nspname, c.relname, d.objsubid"
    )
    yield from rows.scalars()


def _comments(connection: sa.Connection) -> _Described:
    rows = connection.exec_driver_sql(
        f"SELECT n.nspname, c.relname, a.attname, d.description FROM {_described()}"  # noqa: S608 constants
    )
    found: _Described = {}
    for schema, table, column, words in rows:
        found.setdefault((schema, table), {})[column] = words
    return found


def _conditions(connection: sa.Connection) -> dict[tuple[str, str], list[str]]:
    rows = connection.exec_driver_sql(
        "SELECT n.nspname, c.relname, pg_get_constraintdef(k.oid)"  # noqa: S608 constants
        f" FROM {_PLACE} JOIN pg_constraint k ON k.conrelid = c.oid"
        f" WHERE k.contype IN ('c', 'x') AND {_TABLES} ORDER BY k.conname"
    )
    found: dict[tuple[str, str], list[str]] = {}
    for schema, table, words in rows:
        found.setdefault((schema, table), []).append(words)
    return found


def _described() -> str:
    return (
        f"{_PLACE} JOIN pg_description d ON d.objoid = c.oid"
        " AND d.classoid = 'pg_class'::regclass LEFT JOIN pg_attribute a"
        " ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0"
        f" WHERE {_TABLES} AND {_theirs()}"
    )


def _theirs() -> str:
    """Nothing of the system's own."""
    return "n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'"
