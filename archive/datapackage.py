"""`data/datapackage.json`: the CSV files described as a Frictionless Tabular Data Package."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from archive.csv_files import NULL
from archive.manifest import ArchivedTable, Manifest
from archive.originals import HEADER, INDEX
from archive.schema import Column, ForeignKey, Logical, Table

FILE = "data/datapackage.json"

_fields: dict[Logical, dict[str, Any]] = {
    Logical.INTEGER: {"type": "integer"},
    Logical.DECIMAL: {"type": "number"},
    Logical.REAL: {"type": "number"},
    Logical.TEXT: {"type": "string"},
    Logical.DATE: {"type": "date"},
    # ISO 8601 all of them, but the standard's default knows no fractions of a second.
    Logical.TIME: {"type": "time", "format": "any"},
    Logical.TIMESTAMP: {"type": "datetime", "format": "any"},
    Logical.TIMESTAMPTZ: {"type": "datetime", "format": "any"},
    Logical.BOOLEAN: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    Logical.BLOB: {"type": "string", "format": "binary"},
    Logical.UUID: {"type": "string", "format": "uuid"},
    Logical.JSON: {"type": "string"},
    # Its parts may have signs of their own, which the standard's durations have not.
    Logical.INTERVAL: {"type": "string"},
    Logical.ARRAY: {"type": "array"},
    Logical.VARIANT: {"type": "string"},
}
_dialect = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True,
            "lineTerminator": "\n", "header": True}  # fmt: skip
_notes = {
    Logical.BLOB: "bytes in base64",
    Logical.JSON: "JSON text",
    Logical.TIMESTAMPTZ: "in UTC",
    Logical.INTERVAL: "ISO 8601 duration",
    Logical.ARRAY: "JSON, its elements as texts",
    Logical.VARIANT: "a letter for the value's kind (i integer, r real, t text, b base64), then it",
}


def datapackage_text(manifest: Manifest) -> str:
    """Describe every table's file: types, keys, and the references that hold."""
    tables = {archived.table.name: archived.table for archived in manifest.tables}
    package = {
        "profile": "tabular-data-package",
        "name": "archive",
        "title": f"{manifest.rollout}: archive of the old system",
        "created": manifest.made_at.isoformat(),
        "resources": [_resource(archived, tables) for archived in manifest.tables]
        + ([_index()] if manifest.files else []),
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(archived: ArchivedTable, tables: Mapping[str, Table]) -> dict[str, Any]:
    table = archived.table
    return {
        "name": table.id,
        "title": table.name,
        **({"description": table.comment} if table.comment else {}),
        "path": archived.file.removeprefix("data/"),
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _dialect,
        "schema": _schema(archived, tables),
    }  # fmt: skip


def _index() -> dict[str, Any]:
    fields = [{"name": name, "type": "integer" if name == "bytes" else "string"} for name in HEADER]
    return {
        "name": "files",
        "title": "files kept as they are",
        "path": INDEX.removeprefix("data/"),
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _dialect,
        "schema": {"fields": fields, "primaryKey": ["file"]},
    }


def _schema(archived: ArchivedTable, tables: Mapping[str, Table]) -> dict[str, Any]:
    table = archived.table
    schema: dict[str, Any] = {
        "fields": [
            _field(column, irregular=column.name in archived.irregular) for column in table.columns
        ],
        "missingValues": [NULL],
    }
    if table.primary_key and not _nullable(table, table.primary_key):
        schema["primaryKey"] = [*table.primary_key]
    references = [
        _reference(table, key, tables[key.parent])
        for key, broken in zip(table.foreign_keys, archived.broken_references, strict=True)
        if not broken and _sound(table, key, tables)
    ]
    if references:
        schema["foreignKeys"] = references
    return schema


def _field(column: Column, *, irregular: bool) -> dict[str, Any]:
    note = _notes.get(column.type)
    # No program would take infinity for a date.
    kind = {"type": "string"} if irregular else _fields[column.type]
    field = {"name": column.name, **kind}
    words = (column.comment, f"{column.declared} in the source", note)
    field["description"] = "; ".join(filter(None, words))
    if not column.nullable:
        field["constraints"] = {"required": True}
    return field


def _reference(table: Table, key: ForeignKey, parent: Table) -> dict[str, Any]:
    # The standard names a table that refers to itself by an empty text.
    resource = "" if parent.name == table.name else parent.id
    reference = {"resource": resource, "fields": [*key.parent_columns]}
    return {"fields": [*key.columns], "reference": reference}


def _sound(table: Table, key: ForeignKey, tables: Mapping[str, Table]) -> bool:
    """Only what a tool can follow: the parent is there, and both sides are written alike."""
    parent = tables.get(key.parent)
    if parent is None or (len(key.columns) > 1 and _nullable(table, key.columns)):
        return False
    return _types(table, key.columns) == _types(parent, key.parent_columns)


def _types(table: Table, names: Sequence[str]) -> list[Logical]:
    types = {column.name: column.type for column in table.columns}
    return [types[name] for name in names]


def _nullable(table: Table, names: Sequence[str]) -> bool:
    return any(column.nullable for column in table.columns if column.name in names)
