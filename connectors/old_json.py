"""An old system as a service that gives its tables as JSON, page by page.

Every page is put aside as it came before anything is made of it: the rows' types are found by
looking at all of them, and memory stays flat. The pages go into the archive beside the tables.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.canonical import Columns
from archive.originals import Original
from archive.schema import Column, SourceSchema
from config.old_sources import JsonSource, JsonTable
from connectors.errors import Refused
from connectors.files_beside import opened
from connectors.http_answers import found
from connectors.json_pages import Page, Pages, Sleep
from connectors.json_values import Kinds, parsed, texts
from connectors.old_without_sql import Rows, RowsLook, WithoutSwitches, schema_of

BATCH_ROWS = 500


@dataclass
class _Spooled:
    """A table's pages, put aside."""

    files: list[Path] = field(default_factory=list)
    kinds: Kinds = field(default_factory=Kinds)
    shape: tuple[str, ...] = ()
    """Names of the fields of the first page's rows."""


@dataclass
class JsonLook(RowsLook):
    """One look: what came is what there was, though not all of one moment."""

    shape: str = ""

    def schema(self) -> SourceSchema:
        """Give the tables as all their rows show them; the hash is that of `schema_hash`."""
        return schema_of(self.rows).model_copy(update={"hash": self.shape})


class OldJson(WithoutSwitches):
    """The old system behind an HTTP address (`connectors.ports.OldSystem`)."""

    what = "a service that gives JSON"

    def __init__(
        self, spec: JsonSource, url: str, token: str | None, sleep: Sleep | None = None
    ) -> None:
        """Take what the plan says, with address and token as they are. Opens nothing."""
        self._tables = spec.tables
        more = {"sleep": sleep} if sleep else {}
        self._pages = Pages(url, token, spec.per_second, **more)

    def __repr__(self) -> str:
        return f"OldJson({urlsplit(self._pages.url).netloc})"

    def fingerprint(self) -> str:
        """Tell which service this is, by its address and the tables that are asked of it.

        It is asked for a page, so that whoever wants to know hears where it does not answer.
        """
        self._first(next(iter(self._tables)))
        parts = urlsplit(self._pages.url)
        paths = "\n".join(sorted(f"{n} {table.path}" for n, table in self._tables.items()))
        named = sha256(paths.encode()).hexdigest()[:16]
        return f"json service {parts.scheme}://{parts.netloc}{parts.path} tables {named}"

    def schema(self) -> SourceSchema:
        """Give the tables; asks for every page."""
        with self.snapshot() as look:
            return look.schema()

    def schema_hash(self) -> str:
        """Give a hash of the fields that each table's first page shows."""
        return _hash({name: _shape(self._first(name)) for name in self._tables})

    @contextmanager
    def snapshot(self) -> Iterator[JsonLook]:
        """Ask for every page of every table, and put them aside until the look ends."""
        with ExitStack() as stack:
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="changeover-json-"))
            )
            spooled = {
                name: self._spool(name, table, folder / f"{number}")
                for number, (name, table) in enumerate(self._tables.items(), start=1)
            }
            rows = []
            for name, each in spooled.items():
                columns = each.kinds.columns()
                read = partial(_read, each.files, self._tables[name], columns)
                rows.append(Rows(name, columns, read))
            pages = [
                Original(
                    f"{name}/page-{number:06d}.json", partial(opened, file, name), telling=False
                )
                for name, each in spooled.items()
                for number, file in enumerate(each.files, start=1)
            ]
            words = "pages one after another; totals stayed the same, and no row came twice"
            shape = _hash({name: each.shape for name, each in spooled.items()})
            yield JsonLook("json", words, rows, pages, stack, shape)

    def _first(self, name: str) -> Page:
        pages = self._pages.of(name, self._tables[name])
        with closing(pages):
            return next(pages)

    def _spool(self, name: str, table: JsonTable, folder: Path) -> _Spooled:
        """Put a table's pages aside; Refused where a row comes twice."""
        folder.mkdir()
        spooled = _Spooled()
        with closing(sqlite3.connect(folder / "keys", isolation_level=None)) as keys:
            # Not in memory, which must stay flat.
            keys.execute("PRAGMA journal_mode = OFF")
            keys.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
            for page in self._pages.of(name, table):
                file = folder / f"page-{len(spooled.files) + 1}"
                file.write_bytes(page.body)
                if not spooled.files:
                    spooled.shape = _shape(page)
                spooled.files.append(file)
                for row in page.rows:
                    spooled.kinds.saw(row)
                _once(keys, page.keys, name)
        return spooled


def _once(keys: sqlite3.Connection, found_keys: list[str], name: str) -> None:
    try:
        keys.execute("BEGIN")
        keys.executemany("INSERT INTO seen VALUES (?)", ((key,) for key in found_keys))
        keys.execute("COMMIT")
    except sqlite3.IntegrityError:
        raise Refused(
            f"table {name}: a row came twice, on two pages or on one: rows moved while it was "
            "read; freeze it, or sort by the key in its path, then try again"
        ) from None


def _read(files: list[Path], table: JsonTable, columns: list[Column]) -> Iterator[Columns]:
    for file in files:
        rows: list[dict[str, Any]] = found(parsed(file.read_bytes()), table.rows)
        for start in range(0, len(rows), BATCH_ROWS):
            yield texts(columns, rows[start : start + BATCH_ROWS])


def _shape(page: Page) -> tuple[str, ...]:
    return tuple(sorted({name for row in page.rows for name in row}))


def _hash(shapes: dict[str, tuple[str, ...]]) -> str:
    return sha256(repr(sorted(shapes.items())).encode()).hexdigest()
