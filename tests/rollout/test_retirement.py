"""Each condition of the interlock blocks by itself; a digest is of all that was looked at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language, Severity
from rollout.condition import Name
from rollout.dependents import NOBODY_DEPENDS, dependents
from rollout.people import Entry, Person
from rollout.phases import DECOMMISSION, Dates, PhaseNow, State
from rollout.retirement import conditions, cooling_off, decommission_dates, digest
from rollout.snapshot import AccountNow, ArchiveNow, IncidentNow, Snapshot
from rollout.steps import StepNow, StepState

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "phased.yaml"
PLAN = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
THEN = datetime(2026, 4, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)
IDLE = {"u1@acme.example": date(2026, 4, 6)}
PEOPLE = {
    f"p{n:05}": Person(
        f"p{n:05}",
        Entry(f"{n}", f"u{n}@acme.example", "U", f"{n}", "paramaribo", "Sales", Language.EN),
        date(2026, 2, 16),
        "core-team",
    )
    for n in range(1, 11)
}


def at(name: str, state: State) -> PhaseNow:
    return PhaseNow(name, state, 1, Dates(date(2026, 3, 30), date(2026, 4, 10)), THEN)


def good() -> Snapshot:
    names = [p.name for p in PLAN.phases]
    return Snapshot(
        rollout="acme-crm",
        rehearsal=True,
        paused=False,
        people=PEOPLE,
        phases={n: at(n, State.PASSED) for n in names}
        | {DECOMMISSION: at(DECOMMISSION, State.PLANNED)},
        steps={f"old.back_up:{n}:-:1:-": StepNow(StepState.DONE, THEN) for n in names},
        accounts={k: AccountNow(k, ours=True, was_active=False, active=True) for k in PEOPLE},
        adopted=frozenset(list(PEOPLE)[:8]),
    )


def failing(
    snapshot: Snapshot, logins: dict[str, date] | None = IDLE, now: datetime = NOW
) -> list[Name]:
    return [c.name for c in conditions(PLAN, snapshot, logins, now) if not c.holds]


def test_all_of_it_holds() -> None:
    assert failing(good()) == []


def incident(severity: Severity) -> Snapshot:
    return replace(good(), incidents=(IncidentNow("1", severity, "down", THEN),))


def with_person(**changes: object) -> Snapshot:
    last = replace(PEOPLE["p00010"], **changes)  # type: ignore[arg-type]
    return replace(good(), people=PEOPLE | {"p00010": last})


def cooling(archive: ArchiveNow | None) -> Snapshot:
    phases = {**good().phases, DECOMMISSION: at(DECOMMISSION, State.COOLING)}
    return replace(good(), phases=phases, archive=archive)


CORE = {**good().phases, "core-team": at("core-team", State.LIVE)}
CLOSED = {**good().accounts, "p00002": AccountNow("x", ours=True, was_active=False, active=False)}


@pytest.mark.parametrize(
    ("name", "snapshot"),
    [
        (Name.PHASES, replace(good(), phases=CORE)),
        (Name.ADOPTED, replace(good(), adopted=frozenset(list(PEOPLE)[:7]))),
        (Name.EXCLUDED, with_person(excluded="stays")),
        (Name.JOINERS, replace(good(), accounts=CLOSED)),
        (Name.INCIDENTS, incident(Severity.CRITICAL)),
        (Name.INCIDENTS, incident(Severity.MAJOR)),
        (Name.BACK_UPS, replace(good(), steps={})),
        (Name.ARCHIVE, cooling(None)),
        (Name.ARCHIVE, cooling(ArchiveNow("a", "f" * 64, proved=False, made_at=NOW))),
    ],
)
def test_each_condition_blocks_by_itself(name: Name, snapshot: Snapshot) -> None:
    assert failing(snapshot) == [name]


def test_a_step_of_unknown_fate_blocks() -> None:
    lost = {"notice.welcome:x:p00001:1:-": StepNow(StepState.UNKNOWN, THEN)}
    assert failing(replace(good(), steps={**good().steps, **lost})) == [Name.UNKNOWN]


def test_a_minor_incident_does_not_block() -> None:
    assert failing(incident(Severity.MINOR)) == []


def test_who_left_does_not_block() -> None:
    left = with_person(excluded="stayed", left_on=date(2026, 4, 1))
    assert failing(left) == []


def test_the_freeze_waits_for_its_day() -> None:
    assert failing(good(), {}, THEN + timedelta(days=2)) == [Name.DATE]


@pytest.mark.parametrize("email", ["u1@acme.example", "service@acme.example"])
def test_a_log_in_of_late_blocks(email: str) -> None:
    assert failing(good(), {email: date(2026, 4, 7)}) == [Name.LOG_INS]
    words = [c.words for c in conditions(PLAN, good(), {email: date(2026, 4, 7)}, NOW)]
    assert email not in " ".join(words)


def test_a_log_in_between_two_distant_looks_is_not_missed() -> None:
    archive = ArchiveNow("a", "f" * 64, proved=True, made_at=NOW)
    later = THEN + timedelta(days=60)
    logins = {"u1@acme.example": date(2026, 4, 11)}
    assert failing(cooling(archive), logins, later) == [Name.LOG_INS]
    assert failing(cooling(archive), {"u1@acme.example": date(2026, 4, 9)}, later) == []


def test_without_log_ins_to_look_at_a_person_confirms() -> None:
    assert failing(good(), None) == [Name.LOG_INS]
    assert failing(replace(good(), confirmed=frozenset({NOBODY_DEPENDS})), None) == []


def test_dependents_are_all_who_still_need_it() -> None:
    snapshot = replace(with_person(excluded="stays"), accounts=CLOSED)
    found = dependents(PLAN, snapshot, {"u3@acme.example": NOW.date()}, NOW)
    assert found == ["p00002", "p00003", "p00010"]


def test_a_digest_is_of_every_part() -> None:
    base = digest("f", [], "s", {"equal": True})
    others = {
        digest("g", [], "s", {"equal": True}),
        digest("f", ["p00001"], "s", {"equal": True}),
        digest("f", [], "t", {"equal": True}),
        digest("f", [], "s", {"equal": False}),
        digest("f", [], "s", {"equal": True}, attempt=2),
        digest("f", [], "s", {"equal": True}, terms={"switches": []}),
    }
    assert len(others | {base}) == 7


def of_size(people: int) -> Snapshot:
    first = PEOPLE["p00001"]
    crowd = {f"p{n:05}": replace(first, key=f"p{n:05}") for n in range(people)}
    return replace(good(), people=crowd)


def test_the_days_people_are_told_of() -> None:
    found = decommission_dates(PLAN, of_size(30), NOW.date())
    assert found is not None
    assert (found.freeze_on, found.off_on) == (date(2026, 4, 13), date(2026, 4, 27))
    assert found.cancel_by == date(2026, 8, 31)
    late = decommission_dates(PLAN, of_size(30), date(2026, 4, 22))
    assert late is not None
    assert (late.freeze_on, late.off_on) == (date(2026, 4, 22), date(2026, 5, 6))
    assert cooling_off(PLAN, of_size(3)) == timedelta(days=1)
