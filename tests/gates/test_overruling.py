"""Overrides take a hold off one finding, never a brake, and lapse as soon as it gets worse."""

from datetime import timedelta
from typing import Any

import pytest

from config.criteria import Gate
from config.names import Metric
from gates.decision import Decision, from_json, replay, take, to_json
from gates.findings import State
from gates.override import Override, level
from gates.readings import Incident, IncidentsReading, Quality, Reading, TrainingReading
from gates.verdict import Because, Kind

from .cohort import FULL, at, moment, readings

TRAINED = TrainingReading(cohort=21, invited=21, attended=15)
"""71 %, where 80 % are wanted."""
GATE = FULL


def override(**other: object) -> Override:
    """Give an override of the training's finding."""
    given: dict[str, object] = {
        "id": 7,
        "metric": Metric.TRAINING_COMPLETED,
        "decision": 3,
        "state": State.MISSED,
        "was": "trained 15 of 21 = 71 % < 80 %",
        "level": 15 / 21,
        "asked_by": "r@acme.example",
        "approved_by": ("m@acme.example",),
        "reason": "The trainer was ill.",
        "until": at(20),
    }
    return Override.model_validate({**given, **other})


def decided(
    *overrides: Override, day: int = 12, gate: Gate = GATE, **other: Reading | None
) -> Decision:
    """Decide about a cohort that lacks nothing but training."""
    now = moment(day, overrides=overrides)
    parts: dict[str, Any] = {"training_completed": TRAINED, **other}
    found = take(gate, readings(**parts), now)
    assert replay(from_json(to_json(found))) == found.verdict
    return found


def test_without_an_override_it_holds() -> None:
    assert decided().verdict.kind is Kind.HOLD


def test_an_override_lets_it_advance_and_says_so_and_replays() -> None:
    verdict = decided(override()).verdict
    assert verdict.kind is Kind.ADVANCE
    assert "Everything else asked for is shown." in verdict.headline
    assert "Overridden by order 7 until Sat 4 Apr" in verdict.headline
    assert "15 of 21 = 71 %" in verdict.headline
    assert "for The trainer was ill." in verdict.headline
    assert "@" not in verdict.headline
    (found,) = [f for f in verdict.findings if f.overridden]
    assert (found.metric, found.state, found.does) == ("training_completed", "missed", "note")
    assert not verdict.lapsed
    assert "trained" not in verdict.why_not


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"attempt": 2}, "attempt 2"),
        ({"until": at(12, 9)}, "counted until"),
        ({"level": 16 / 21}, "got worse"),
        ({"state": State.UNDECIDED}, "got worse"),
    ],
)
def test_it_lapses(terms: dict[str, object], words: str) -> None:
    verdict = decided(override(**terms)).verdict
    assert verdict.kind is Kind.HOLD
    assert [(lapse.id, words in lapse.why) for lapse in verdict.lapsed] == [(7, True)]
    assert "Override 7 no longer counts" in verdict.headline


def test_it_counts_to_the_last_moment() -> None:
    until = at(12, 9) + timedelta(seconds=1)
    assert decided(override(until=until)).verdict.kind is Kind.ADVANCE


@pytest.mark.parametrize(("severity", "kind"), [("critical", "roll_back"), ("major", "pause")])
def test_it_lapses_where_an_incident_stops_the_phase(severity: str, kind: str) -> None:
    found = Incident.model_validate(
        {"id": "1", "severity": severity, "title": "Orders are lost", "opened": at(3)}
    )
    open_one = IncidentsReading(cohort=21, open=(found,))
    verdict = decided(override(), incidents=open_one).verdict
    assert verdict.kind == kind
    assert verdict.because is Because.PROTECTIVE
    assert [lapse.why for lapse in verdict.lapsed] == ["the phase is stopped by its incidents"]


def test_incidents_are_never_overridden() -> None:
    found = Incident.model_validate({"id": "1", "severity": "major", "title": "x", "opened": at(3)})
    open_one = IncidentsReading(cohort=21, open=(found,))
    of_it = override(metric=Metric.INCIDENTS, level=None)
    assert decided(of_it, incidents=open_one).verdict.kind is Kind.PAUSE


@pytest.mark.parametrize(("on_miss", "kind"), [("hold", Kind.ADVANCE), ("pause", Kind.PAUSE)])
def test_missing_data_only_where_a_miss_would_only_hold(on_miss: str, kind: Kind) -> None:
    criterion = GATE.training_completed
    assert criterion is not None
    gate = GATE.model_copy(
        update={"training_completed": criterion.model_copy(update={"on_miss": on_miss})}
    )
    silent = TrainingReading(
        cohort=21, invited=0, attended=0, quality=Quality.SILENT, doubt="never heard"
    )
    blind = override(state=State.NO_DATA, level=None)
    assert decided(blind, gate=gate, training_completed=silent).verdict.kind is kind


def test_missing_data_of_a_brake_is_not_overridden_before_the_end_either() -> None:
    criterion = GATE.training_completed
    assert criterion is not None
    gate = GATE.model_copy(
        update={"training_completed": criterion.model_copy(update={"on_miss": "pause"})}
    )
    stale = TrainingReading(
        cohort=21, invited=0, attended=0, quality=Quality.STALE, doubt="three days old"
    )
    blind = override(state=State.NO_DATA, level=None)
    verdict = decided(blind, gate=gate, day=9, training_completed=stale).verdict
    assert (verdict.kind, verdict.because) == (Kind.HOLD, Because.NO_DATA)
    assert not [f for f in verdict.findings if f.overridden]


def test_it_does_not_end_the_soak_early() -> None:
    verdict = decided(override(), day=8).verdict
    assert (verdict.kind, verdict.because) == (Kind.HOLD, Because.SOAKING)


def test_other_findings_hold_as_before() -> None:
    poor = readings()[Metric.SATISFACTION].model_copy(update={"total": 3 * 21})
    assert decided(override(), satisfaction=poor).verdict.kind is Kind.HOLD


def test_a_better_finding_keeps_it_and_a_met_one_needs_none() -> None:
    better = TrainingReading(cohort=21, invited=21, attended=16)
    assert decided(override(), training_completed=better).verdict.kind is Kind.ADVANCE
    met = TrainingReading(cohort=21, invited=21, attended=21)
    verdict = decided(override(), training_completed=met).verdict
    assert verdict.kind is Kind.ADVANCE
    assert not [f for f in verdict.findings if f.overridden]


def test_more_is_better_in_every_level() -> None:
    for metric, reading in readings().items():
        found = level(reading)
        assert (found is None) == (metric is Metric.INCIDENTS)
    calm, busy = (readings()[Metric.TICKETS].model_copy(update={"week_tickets": n}) for n in (1, 5))
    assert (level(calm) or 0) > (level(busy) or 0)
