"""The four example plans end in the week they promise, cooling-off included."""

from datetime import date
from itertools import pairwise

import pytest

from rehearsal.timelines import TIMELINES, Lived, live

WRITTEN_ON = date(2026, 1, 28)
"""A Wednesday."""


pytestmark = pytest.mark.timeout(300)
"""For a machine that is busy with other things; quiet, all four take seconds."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lived]:
    """Live each of them once."""
    folder = tmp_path_factory.mktemp("timelines")
    return {name: live(name, folder / name, WRITTEN_ON) for name in TIMELINES}


def weeks(its: Lived) -> dict[str, int]:
    """Give the week each phase launched in."""
    return {name: its.week(day) for name, day in its.launched.items()}


def test_solo_switches_on_day_1_and_is_done_in_week_1(lived: dict[str, Lived]) -> None:
    its = lived["solo"]
    assert its.launched == {"everyone": its.start}
    assert its.retired is not None
    assert its.week(its.retired) == 1


def test_a_small_team_moves_by_halves_and_is_off_in_week_4(lived: dict[str, Lived]) -> None:
    its = lived["small-team"]
    assert weeks(its) == {"first-half": 1, "second-half": 2}
    assert its.week(its.passed["second-half"]) <= 3
    assert its.retired is not None
    assert its.week(its.retired) == 4


def test_a_growing_organisation_is_off_in_week_9(lived: dict[str, Lived]) -> None:
    its = lived["growing"]
    assert weeks(its) == {
        "pilot-group": 1,
        "first-department": 3,
        "second-department": 5,
        "everyone-else": 7,
    }
    assert its.retired is not None
    assert its.week(its.retired) == 9


def test_a_phased_rollout_retires_from_week_7_on(lived: dict[str, Lived]) -> None:
    its = lived["phased"]
    assert weeks(its) == {"early-adopters": 1, "core-team": 3, "remaining-users": 5}
    assert its.week(its.passed["remaining-users"]) <= 6
    assert its.frozen is not None
    assert its.week(its.frozen) == 7
    # Fourteen days of cooling-off from 26 people on.
    assert its.retired is not None
    assert its.week(its.retired) == 9


@pytest.mark.parametrize("timeline", TIMELINES)
def test_no_phase_waits_for_the_next_to_launch(lived: dict[str, Lived], timeline: str) -> None:
    its = lived[timeline]
    order = [*its.launched]
    for before, after in pairwise(order):
        assert its.passed[before] < its.launched[after]
    assert its.retired is not None
    assert its.passed[order[-1]] < its.retired
