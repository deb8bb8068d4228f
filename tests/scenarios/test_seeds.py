"""Twenty other seeds finish too, and the evidence of each decision explains it.

The first seven here; the others in files of their own, for another worker of the test run.
"""

from pathlib import Path

import pytest

from rehearsal.demo import SEED
from rehearsal.seeds import SEEDS, rehearsed


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS[:7])
def test_another_seed_finishes_and_every_verdict_is_explained(seed: int, tmp_path: Path) -> None:
    assert rehearsed(seed, tmp_path / "world").wrong == []


@pytest.mark.timeout(600)
def test_the_demos_phase_holds_for_a_reason_and_passes_later(tmp_path: Path) -> None:
    found = rehearsed(SEED, tmp_path / "world")
    assert found.wrong == []
    core, remaining = (phase.attempts[0] for phase in found.summary.phases[1:])
    assert core.held[0] == (
        "Adoption is on course; too few answers to know if people are satisfied."
    )
    assert (core.launch, core.ended, core.outcome) == ("2026-03-16", "2026-04-02", "passed")
    # Planned for Tuesday 31 March: what holds moves what comes after, and people are told.
    assert (remaining.launch, remaining.outcome) == ("2026-04-07", "passed")
    assert found.summary.mails["rescheduling"] == {"sent": 31}
