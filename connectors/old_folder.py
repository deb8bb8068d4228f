"""An old system as a folder of exported files: spreadsheets, or what a service lets one download.

It is complete when every file is there that its source stated, with as many rows as it stated, and
nothing else lies about. The files are kept byte for byte; tables are read from them besides.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath

from archive.canonical import Columns
from archive.schema import SourceSchema
from archive.source import Size
from config.old_sources import SHEETS, ExportedFile, ExportedFolder, FolderSource
from connectors import exported_csv, exported_workbook
from connectors.errors import Misconfigured, Refused
from connectors.files_beside import files_of
from connectors.old_without_sql import Rows, RowsLook, WithoutSwitches, schema_of, text_columns

WHERE = "old_system.source"
_States = dict[str, tuple[int, int]]
"""Size and time of last change of each file, by its path in the folder."""


class OldFolder(WithoutSwitches):
    """The old system behind a folder (`connectors.ports.OldSystem`)."""

    what = "a folder of exported files"

    def __init__(self, spec: FolderSource, folder: Path) -> None:
        """Take what the plan says; `folder` is the plan's own. Opens nothing."""
        self._spec = spec
        self._root = folder / spec.folder

    def fingerprint(self) -> str:
        """Tell which export this is: where it lies and what belongs to it."""
        names = sorted(
            each.file if isinstance(each, ExportedFile) else f"{each.folder}/"
            for each in self._spec.contains
        )
        named = sha256("\n".join(names).encode()).hexdigest()[:16]
        return f"folder {self._root.resolve()} files {named}"

    def schema(self) -> SourceSchema:
        """Give the tables."""
        return schema_of(self._rows())

    def schema_hash(self) -> str:
        """Give the schema's hash: it changes with a header, not with a row."""
        return self.schema().hash

    @contextmanager
    def snapshot(self) -> Iterator[RowsLook]:
        """Look at the files; Misconfigured where one is missing or too many.

        Refused in the end where a file was changed, put there or taken away meanwhile.
        """
        before = self._states()
        self._complete(before)
        with ExitStack() as opened:
            yield RowsLook(
                "files",
                f"{len(before)} files, none of which changed while they were read",
                self._rows(),
                [*files_of(self._root, [*before], WHERE)],
                opened,
            )
        if (after := self._states()) != before:
            changed = min({*before.items()} ^ {*after.items()})[0]
            raise Refused(f"{changed} changed while the export was read: try again once it is done")

    def _states(self) -> _States:
        if not self._root.is_dir():
            raise Misconfigured(f"{WHERE}: there is no folder {self._spec.folder}; mend the plan")
        found = {}
        for parent, folders, files in os.walk(self._root):
            folders.sort()
            for name in sorted(files):
                path = Path(parent, name)
                state = path.lstat()
                label = path.relative_to(self._root).as_posix()
                found[label] = (state.st_size, state.st_mtime_ns)
        return found

    def _complete(self, found: _States) -> None:
        """Compare what lies there with what its source stated."""
        left = {*found}
        for each in self._spec.contains:
            if isinstance(each, ExportedFolder):
                inside = {name for name in left if PurePosixPath(name).is_relative_to(each.folder)}
                if len(inside) != each.files:
                    raise Misconfigured(
                        f"{each.folder} holds {len(inside)} files, and its source stated "
                        f"{each.files}: export it again, or mend the plan"
                    )
                left -= inside
                continue
            if each.file not in left:
                raise Misconfigured(f"{each.file} is missing from {self._spec.folder}: find it")
            left.discard(each.file)
            self._as_stated(each)
        if left:
            raise Misconfigured(
                f"{min(left)} lies in {self._spec.folder} and the plan does not name it: "
                "name it, or take it away"
            )

    def _as_stated(self, file: ExportedFile) -> None:
        if file.sha256 is None:
            return
        with (self._root / file.file).open("rb") as content:
            found = file_digest(content, "sha256").hexdigest()
        if found != file.sha256:
            raise Misconfigured(f"{file.file} has not the checksum its source stated: get it again")

    def _rows(self) -> list[Rows]:
        return [
            rows
            for each in self._spec.contains
            if isinstance(each, ExportedFile) and each.rows is not None
            for rows in self._tables_of(each, each.rows)
        ]

    def _tables_of(self, file: ExportedFile, stated: int | dict[str, int]) -> Iterator[Rows]:
        path, pure = self._root / file.file, PurePosixPath(file.file)
        if isinstance(stated, int):
            header = exported_csv.header(path, file.file, file.encoding)
            batches = partial(exported_csv.batches, path, file.file, file.encoding)
            read = partial(_counted, batches, file.file, stated)
            size = Size(stated, path.stat().st_size)
            yield Rows(pure.stem, text_columns(header, "text of a CSV file"), read, size)
            return
        assert pure.suffix.lower() in SHEETS  # noqa: S101 - the plan's own check
        sheets = exported_workbook.headers(path, file.file)
        if odd := {*sheets} ^ {*stated}:
            raise Misconfigured(
                f"{file.file}: the sheet {min(odd)!r} is "
                + ("not in the plan" if odd & {*sheets} else "missing")
                + ": the plan states the rows of every sheet"
            )
        for sheet, header in sheets.items():
            batches = partial(exported_workbook.batches, path, file.file, sheet)
            read = partial(_counted, batches, f"{file.file}, sheet {sheet}", stated[sheet])
            # A workbook is a ZIP file, and does not say which part of it is whose.
            size = Size(stated[sheet], exported_workbook.unpacked(path) // len(sheets))
            name = f"{pure.stem}.{sheet}"
            yield Rows(name, text_columns(header, "cell of a workbook"), read, size)


def _counted(batches: "partial[Iterator[Columns]]", name: str, stated: int) -> Iterator[Columns]:
    found = 0
    for columns in batches():
        found += len(columns[0])
        yield columns
    if found != stated:
        raise Misconfigured(
            f"{name} has {found} rows, and its source stated {stated}: export it again, or mend "
            "the plan"
        )
