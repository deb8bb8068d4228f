"""An export killed anywhere: nothing false stands there, the source is untouched, the next goes on.

The sample's figures are printed; `./dev sweep-archive` takes every place.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rehearsal.archive_sweep import build_shop, fill_postgres, sample, sweep

POINTS = 6


def ends_and(points: int) -> Sequence[int]:
    """Die at some places, and at the last, where all is made."""
    return [*sample(POINTS)(points - 1), points]


@pytest.mark.timeout(300)
def test_killed_while_a_file_is_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = sweep(build_shop(tmp_path / "old.sqlite"), tmp_path / "room", ends_and)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures.line}\n")
    assert figures.wrong == []
    assert (figures.killed, figures.whole_at_once) == (POINTS + 1, 1)


@pytest.mark.timeout(300)
def test_killed_while_a_server_is_exported(
    postgres_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill_postgres(postgres_database)
    figures = sweep(postgres_database, tmp_path / "room", ends_and)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures.line}\n")
    assert figures.wrong == []
    assert figures.killed > POINTS / 2
