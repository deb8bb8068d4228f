"""What reaches a gate of what the ledger knows: whose calls, whose incidents, as of when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from sqlalchemy import update

from actions.collect_feedback import collect_feedback
from actions.desk import Desk
from actions.evidence_of import frames_of, moment_of
from actions.judge_phase import judge_phase
from actions.odds_of import odds_of
from config.criteria import Gate, Satisfaction
from config.names import Metric, Severity
from connectors.ports import Sheet
from gates.decision import take
from gates.measuring import measure
from gates.readings import AdoptedReading, SatisfactionReading
from ledger import decisions, evidence, outages, records
from ledger.tables import person
from rollout.orders import gate_subject
from rollout.phases import State
from rollout.snapshot import ApprovalNow
from rollout.steps import StepNow, StepState

from .at_gate import ENDED
from .eve import APPROVERS, IT


def ids(desk: Desk, phase: str, table: str) -> list[str]:
    """Give the ids a gate of a phase sees in a table."""
    frames = frames_of(desk, desk.look(), desk.plan.phase(phase), ENDED)
    return sorted(frames.table(table)["id"])


def test_an_incident_reaches_its_own_phase_and_one_without_a_phase_reaches_all(desk: Desk) -> None:
    with desk.door.write("incidents") as tx:
        for title, phase in (("a", "early-adopters"), ("b", "core-team"), ("c", None)):
            records.open_incident(tx, desk.rollout, Severity.MINOR, title, IT, ENDED, phase=phase)
    assert ids(desk, "early-adopters", "incidents") == ["1", "3"]
    assert ids(desk, "core-team", "incidents") == ["2", "3"]


def test_a_critical_incident_of_another_phase_does_not_roll_this_one_back(desk: Desk) -> None:
    with desk.door.write("incident") as tx:
        records.open_incident(
            tx, desk.rollout, Severity.CRITICAL, "x", IT, ENDED, phase="early-adopters"
        )
    assert judge_phase(desk, "core-team", ENDED).verdict == "advance"


def test_a_call_that_names_nobody_counts_to_who_has_just_moved(desk: Desk) -> None:
    calls = pd.DataFrame(
        {
            "id": ["early", "late", "theirs", "customer"],
            "email": [None, None, "u9@acme.example", "somebody@elsewhere.example"],
            "opened": [date(2026, 3, 10), date(2026, 3, 18), date(2026, 3, 18), date(2026, 3, 18)],
            "closed": [None] * 4,
            "tier": [1] * 4,
        }
    )
    empty = Sheet(pd.DataFrame(), None)
    sheets = dict.fromkeys(("activity", "attendance", "answers", "workflows", "old_work"), empty)
    sheets["tickets"] = Sheet(calls, ENDED)
    ports = {
        n: SimpleNamespace(read=lambda _now, s=s: s, pieces=lambda _now, s=s: [s])
        for n, s in sheets.items()
    }
    outside = cast("Any", SimpleNamespace(**ports, old=None))
    assert not collect_feedback(replace(desk, outside=outside), ENDED).words
    assert ids(desk, "early-adopters", "tickets") == ["early"]
    assert ids(desk, "core-team", "tickets") == ["late", "theirs"]


def test_people_and_incidents_are_as_new_as_the_look(desk: Desk) -> None:
    frames = frames_of(desk, desk.look(), desk.plan.phase("core-team"), ENDED)
    assert frames.as_of["people"] == ENDED
    assert frames.as_of["incidents"] == ENDED


def test_a_report_says_when_the_gate_looks_again(desk: Desk) -> None:
    early = datetime(2026, 3, 20, 9, tzinfo=UTC)
    with desk.door.write("note") as tx:
        evidence.note(tx, desk.rollout, "activity", early, 1, early)
    report = judge_phase(_asking_approval(desk), "core-team", early).report
    assert "ooked at again Sat 21 Mar 06:00" in report


def _asking_approval(desk: Desk) -> Desk:
    gates = desk.plan.gates.model_copy(update={"approval": "required"})
    core = desk.plan.phase("core-team").model_copy(update={"gate": None})
    chosen = tuple(core if p.name == core.name else p for p in desk.plan.phases)
    return replace(desk, plan=desk.plan.model_copy(update={"gates": gates, "phases": chosen}))


@pytest.mark.parametrize(
    ("requester", "by", "verdict"),
    [
        (IT, APPROVERS[0], "advance"),
        (APPROVERS[0], APPROVERS[0], "hold"),
        (IT, "somebody@acme.example", "hold"),
    ],
)
def test_a_gate_passes_on_another_persons_yes_never_on_the_askers_own(
    desk: Desk, requester: str, by: str, verdict: str
) -> None:
    asking = _asking_approval(desk)
    subject, digest = gate_subject("core-team", 1)
    with desk.door.write("approve") as tx:
        given = ApprovalNow(subject, digest, requester, by, ENDED)
        records.approve(tx, desk.rollout, given)
    assert judge_phase(asking, "core-team", ENDED).verdict == verdict
    with desk.door.read() as tx:
        (kept,) = decisions.of_phase(tx, desk.rollout, "core-team")
    assert kept.document["verdict"]["because"] == ("passed" if verdict == "advance" else "approval")
    passed = State.PASSED if verdict == "advance" else State.LIVE
    assert desk.look().state("core-team") is passed


def test_outages_of_the_cohorts_sites_reach_its_gate(desk: Desk) -> None:
    with desk.door.write("outages") as tx:
        for site in ("port-of-spain", None, "nowhere-of-theirs"):
            outages.begin(tx, desk.rollout, site, "no power", date(2026, 3, 18), IT, ENDED)
        assert outages.end(tx, desk.rollout, 2, date(2026, 3, 19), IT, ENDED)
    members = {p.entry.site for p in desk.look().members("core-team")}
    frames = frames_of(desk, desk.look(), desk.plan.phase("core-team"), ENDED)
    found = {(o.site, o.last) for o in frames.outages}
    assert (None, date(2026, 3, 19)) in found
    assert {site for site, _ in found} - {None} == {"port-of-spain"} & members


def test_who_went_since_launch_is_told_apart(desk: Desk) -> None:
    member = desk.look().members("core-team")[0]
    launch = desk.look().phases["core-team"].dates.launch
    assert launch is not None
    for day, since in ((launch - timedelta(days=1), False), (launch, True)):
        with desk.door.write("left") as tx:
            tx.execute(update(person).where(person.c.key == member.key).values(left_on=day))
        frames = frames_of(desk, desk.look(), desk.plan.phase("core-team"), ENDED)
        (change,) = (c for c in frames.changes if c.person == member.key)
        assert (change.what, change.since_launch) == ("left", since)


def test_answers_of_earlier_phases_are_there_for_a_cohort_too_small(desk: Desk) -> None:
    earlier = desk.look().members("early-adopters")
    member = desk.look().members("core-team")[0]
    with desk.door.write("answers") as tx:
        rows = [
            {"id": f"b{n}", "person": p.key, "at": ENDED, "satisfaction": 7.0, "nps": 8.0}
            for n, p in enumerate([earlier[0], member])
        ]
        evidence.put(tx, desk.rollout, "answers", [row | {"comment": None} for row in rows])
    frames = frames_of(desk, desk.look(), desk.plan.phase("core-team"), ENDED)
    assert list(frames.before["person"]) == [earlier[0].key]
    assert frames.before_people == len(earlier)
    first = frames_of(desk, desk.look(), desk.plan.phase("early-adopters"), ENDED)
    assert (first.before_people, len(first.before)) == (0, 0)


def test_a_report_says_how_often_such_a_gate_is_wrong(desk: Desk) -> None:
    report = judge_phase(desk, "core-team", ENDED).report
    assert "**How often it errs:** of simulated phases of 24 people, 80 % adopt: wrongly" in report
    assert "wrongly advances where 50 % adopt: " in report


def test_of_a_very_large_phase_no_more_people_are_simulated_than_tell_its_odds(desk: Desk) -> None:
    at = desk.look().phases["core-team"]
    of_many = AdoptedReading(
        cohort=90_000, adopted=90_000, could_still_by_soak_end=0, could_still_by_goal=0
    )
    spec = desk.plan.phase("core-team")
    moment = moment_of(desk, desk.look(), spec, ENDED, approved=False)
    found = take(desk.plan.gate_of(spec), {Metric.ADOPTED: of_many}, moment)
    assert "of simulated phases of 500 people" in odds_of(desk.plan, at, found)
    assert odds_of(desk.plan, at, found.model_copy(update={"look": "watch"})) == ""


def test_of_a_large_phase_the_gate_is_told_who_was_asked_and_when(desk: Desk) -> None:
    small = desk.look()
    frames = frames_of(desk, small, desk.plan.phase("core-team"), ENDED)
    assert frames.everybody_asked
    one = small.members("core-team")[0]
    many = {f"q{n}": replace(one, key=f"q{n}") for n in range(100)}
    sent = {
        f"notice.survey:core-team:q{n}:1:w1": StepNow(StepState.DONE, ENDED - timedelta(days=9))
        for n in range(25)
    }
    large = replace(small, people={**small.people, **many}, steps={**small.steps, **sent})
    frames = frames_of(desk, large, desk.plan.phase("core-team"), ENDED)
    assert not frames.everybody_asked
    assert sorted(frames.asked["person"]) == sorted(f"q{n}" for n in range(25))
    assert set(frames.asked["at"]) == {pd.Timestamp(ENDED - timedelta(days=9))}
    gate = Gate(satisfaction=Satisfaction())
    moment = moment_of(desk, large, desk.plan.phase("core-team"), ENDED, approved=False)
    found = measure(frames, gate, moment)[Metric.SATISFACTION]
    assert isinstance(found, SatisfactionReading)
    assert found.asked == 25


def test_a_gates_report_says_what_the_old_systems_end_asks_less_of(desk: Desk) -> None:
    early = ENDED - timedelta(days=1)
    assert "Looser" not in judge_phase(desk, "core-team", early).report
    end = desk.plan.decommission.model_copy(update={"idle_days": 2})
    looser = replace(desk, plan=desk.plan.model_copy(update={"decommission": end}))
    assert (
        "**Looser than usual:** the end of Kantoor: 2 days without a log-in are enough, "
        "where 7 are usual."
    ) in judge_phase(looser, "core-team", early).report
