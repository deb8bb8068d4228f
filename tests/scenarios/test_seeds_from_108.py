"""More of the twenty seeds of `test_seeds.py`."""

from pathlib import Path

import pytest

from rehearsal.seeds import SEEDS, rehearsed


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS[7:14])
def test_another_seed_finishes_and_every_verdict_is_explained(seed: int, tmp_path: Path) -> None:
    assert rehearsed(seed, tmp_path / "world").wrong == []
