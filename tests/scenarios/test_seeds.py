"""Other seeds finish too, and the evidence of each decision explains it.

Two of twenty by default; CHANGEOVER_SEEDS=20 takes all.
"""

import os
from pathlib import Path

import pytest

from rehearsal.seeds import SEEDS, wrong_with

TRIED = SEEDS[: int(os.environ.get("CHANGEOVER_SEEDS", "2"))]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", TRIED)
def test_another_seed_finishes_and_every_verdict_is_explained(seed: int, tmp_path: Path) -> None:
    assert wrong_with(seed, tmp_path / "world") == []
