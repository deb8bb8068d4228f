"""`data/dictionary.csv` and `data/schema.sql`: what the tables and columns are."""

import csv
import io
from collections.abc import Iterator

from archive.manifest import ArchivedTable, Manifest
from archive.schema import SourceSchema
from archive.sqlite_copy import column_names, copy_names

FILE = "data/dictionary.csv"
DDL_FILE = "data/schema.sql"

_header = (
    *("file", "table", "column", "type_in_source", "type", "precision", "scale", "may_be_null"),
    *("primary_key", "refers_to", "table_in_sqlite", "column_in_sqlite"),
    *("comment", "comment_on_table"),
)


def dictionary_text(manifest: Manifest) -> str:
    """Give one line for each column of each table, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_header)
    names = copy_names([archived.table for archived in manifest.tables])
    for archived in manifest.tables:
        writer.writerows(_lines(archived, names[archived.table.name]))
    return text.getvalue()


def ddl_text(schema: SourceSchema) -> str:
    """Give the source's own definitions, as statements of its own dialect."""
    statements = "\n\n".join(statement.rstrip().rstrip(";") + ";" for statement in schema.ddl)
    text = f"-- The definitions of the source, in its own dialect.\n\n{statements}\n"
    restarts = "".join(f"{each.restart};\n" for each in schema.sequences if each.restart)
    return text + (f"\n-- Where its numbering stood.\n\n{restarts}" if restarts else "")


def _lines(archived: ArchivedTable, copy_name: str) -> Iterator[tuple[object, ...]]:
    table = archived.table
    references: dict[str, list[str]] = {}
    for key in table.foreign_keys:
        for own, other in zip(key.columns, key.parent_columns, strict=True):
            references.setdefault(own, []).append(f"{key.parent}.{other}")
    for column in table.columns:
        yield (
            *(archived.file.removeprefix("data/"), table.name, column.name, column.declared),
            *(column.type.value, column.precision, column.scale),
            "yes" if column.nullable else "no",
            "yes" if column.name in table.primary_key else "no",
            "; ".join(references.get(column.name, ())),
            *(copy_name, column_names(table)[column.name]),
            *(column.comment, table.comment),
        )
