"""Arrow digests a file as Python does, whatever stands in it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import csv_batches, csv_files
from archive.csv_digest import csv_digest
from archive.digests import digest
from archive.schema import Column, Logical, Table

TYPES = (Logical.TEXT, Logical.REAL, Logical.TIMESTAMPTZ, Logical.TIME, Logical.JSON)
odd = st.text(st.sampled_from('\\N",\r\n\x1f\x00.0Té€𐄂 '), max_size=6)
instants = st.sampled_from(
    [
        *("2026-03-31 10:00:00Z", "2026-03-31T10:00:00Z", "2026-03-31 10:00:00.500Z"),
        *("2026-03-31 10:00:00.25Z", "0044-03-15 10:00:00.50Z BC", "infinity"),
    ]
)
times = st.sampled_from(["10:00:00", "10:00:00.", "10:00:00.0", "10:00:00.25", "24:00:00"])
reals = st.one_of(st.floats().map(repr), st.sampled_from(["NaN", "INF", "-INF", "-0.0", "1"]))
reals = reals.map(lambda text: {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(text, text))
cells = [odd, reals, instants, times, odd]
rows = st.lists(st.tuples(*(st.one_of(st.none(), each) for each in cells)), max_size=8)


def table(
    types: Sequence[Logical] = TYPES, names: Sequence[str] = ('a"\n', "b", "c", "d", "e")
) -> Table:
    columns = tuple(
        Column(name=name, type=kind, declared="any", nullable=True)
        for name, kind in zip(names, types, strict=False)
    )
    return Table(
        id="t001", name="t", bare_name="t", columns=columns, primary_key=(), foreign_keys=()
    )


def written(path: Path, of: Table, chosen: Sequence[Sequence[str | None]]) -> Path:
    path.unlink(missing_ok=True)
    with csv_files.CsvWriter(path, of) as file:
        if chosen:
            file.add(list(zip(*chosen, strict=True)))
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_the_digest_is_that_of_the_plain_way(
    tmp_path: Path, chosen: list[tuple[str | None, ...]]
) -> None:
    of = table()
    path = written(tmp_path / "t.csv", of, chosen)
    found = csv_digest(path, of)
    assert found == digest(of.types, csv_files.read(path, of))
    assert found.rows == len(chosen)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), odd), max_size=8))
def test_so_it_is_of_a_single_column(tmp_path: Path, chosen: list[str | None]) -> None:
    of = table((Logical.TEXT,), ("only",))
    path = written(tmp_path / "t.csv", of, [(each,) for each in chosen])
    assert csv_digest(path, of) == digest(of.types, csv_files.read(path, of))


def test_a_row_larger_than_a_block_is_read_the_plain_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_batches, "BLOCK_OCTETS", 64)
    of = table((Logical.TEXT, Logical.TEXT))
    path = written(tmp_path / "t.csv", of, [("a", "b"), ("x" * 1000, "y\n" * 1000), ("c", None)])
    found = csv_digest(path, of)
    assert found == digest(of.types, csv_files.read(path, of))
    assert found.rows == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2,3\n", "other width"),
        ("a,b\n1\n", "other width"),
        ("a,c\n1,2\n", "another header"),
        ("", "another header"),
    ],
)
def test_what_is_no_file_of_the_tables_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(ValueError, match=said):
        csv_digest(path, table((Logical.TEXT, Logical.TEXT), ("a", "b")))
