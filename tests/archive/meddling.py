"""A source to which something happens while its tables are copied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from archive.digests import TableDigest
from archive.schema import Table
from archive.source import Copier, Snapshot, Source


class Meddled:
    """Another source, but that `then` is called once, amid the copying of a table.

    The table must have 50,000 rows at least: so many pass between two words of a copier.
    """

    def __init__(self, source: Source, then: Callable[[], None]) -> None:
        self._source, self._then = source, then
        self.written: list[str] = []
        """Tables of which a copy was begun."""
        self.happened = False

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._source.snapshot() as look:
            yield _Look(look, self)

    def schema_hash(self) -> str:
        return self._source.schema_hash()

    def fingerprint(self) -> str:
        return self._source.fingerprint()

    def happen(self) -> None:
        if not self.happened:
            self.happened = True
            self._then()


class _Look:
    def __init__(self, look: Snapshot, source: Meddled) -> None:
        self._look, self._source = look, source

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the look has
        return getattr(self._look, name)

    def copier(self, table: Table) -> Copier | None:
        found = self._look.copier(table)
        return None if found is None else _Copier(found, table, self._source)

    @contextmanager
    def beside(self) -> Iterator[Snapshot | None]:
        with self._look.beside() as other:
            yield None if other is None else _Look(other, self._source)


class _Copier:
    def __init__(self, copier: Copier, table: Table, source: Meddled) -> None:
        self._copier, self._table, self._source = copier, table, source

    def csv(self, file: BinaryIO, tell: Callable[[int], None]) -> int:
        self._source.written.append(self._table.name)

        def told(rows: int) -> None:
            self._source.happen()
            tell(rows)

        return self._copier.csv(file, told)

    def digest(self) -> TableDigest:
        return self._copier.digest()
