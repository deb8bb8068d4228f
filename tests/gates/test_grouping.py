"""The worst site can gate: averages hide the one that fails."""

from typing import Any

import pytest

from config.criteria import (
    Active,
    Adopted,
    Gate,
    Nps,
    Satisfaction,
    Target,
    Tickets,
    TrainingCompleted,
)
from config.names import Metric
from gates.decision import Decision, from_json, replay, take, to_json
from gates.findings import Finding
from gates.frames import Frames
from gates.grouping import OTHERS, parts
from gates.measuring import measure
from gates.readings import AdoptedReading, SatisfactionReading
from gates.verdict import Kind
from tests.gates.cohort import active, answer, attended, frames, moment, person, ticket

BIG, SMALL = range(1, 16), range(16, 22)
SITES = [person(n, site="paramaribo" if n in BIG else "lelydorp") for n in range(1, 22)]


def failing(**tables: Any) -> Frames:  # noqa: ANN401
    """All fifteen of Paramaribo do well, nobody of the six of Lelydorp does."""
    given: dict[str, Any] = {
        "people": SITES,
        "activity": [row for n in BIG for row in active(n, [1, 2, 3, 8, 9])],
        "attendance": [attended(n) for n in BIG],
        "answers": [answer(n, 9, 10) for n in BIG] + [answer(n, 3, 2) for n in SMALL],
        "tickets": [ticket(n, 1 + n % 7) for n in range(1, 12)],
    }
    return frames(21, **{**given, **tables})


def look(gate: Gate, evidence: Frames | None = None, day: int = 12) -> Decision:
    now = moment(day)
    return take(gate, measure(evidence or failing(), gate, now), now)


def finding(found: Decision, metric: Metric) -> Finding:
    (one,) = (f for f in found.verdict.findings if f.metric is metric)
    return one


EACH: list[tuple[Metric, type[Target]]] = [
    (Metric.ADOPTED, Adopted),
    (Metric.ACTIVE, Active),
    (Metric.TRAINING_COMPLETED, TrainingCompleted),
    (Metric.SATISFACTION, Satisfaction),
    (Metric.NPS, Nps),
]


@pytest.mark.parametrize(("metric", "kind"), EACH)
def test_the_worst_site_gates_where_the_plan_looks_at_sites(
    metric: Metric, kind: type[Target]
) -> None:
    low: dict[str, Any] = {"at_least": 0.5} if kind is TrainingCompleted else {}
    low |= {"advisory": False}
    whole = look(Gate.model_validate({metric.value: kind(**low)}))
    assert whole.verdict.kind is Kind.ADVANCE
    found = look(Gate.model_validate({metric.value: kind(scope="site", **low)}))
    assert found.verdict.kind is Kind.HOLD
    worst = finding(found, metric)
    assert worst.reason.startswith("lelydorp: ")
    assert worst.now.startswith("lelydorp: ")
    assert worst.note.startswith(f"all: {finding(whole, metric).now}")
    assert worst.needed.endswith(", in each")
    assert "lelydorp" in found.verdict.why_not
    assert "paramaribo" not in found.verdict.why_not
    assert replay(from_json(to_json(found))) == found.verdict


def test_what_the_site_lacks_is_what_would_do() -> None:
    found = look(Gate(adopted=Adopted(scope="site")))
    assert found.verdict.why_not.startswith("4 more adopters in lelydorp")
    rows = [row for n in [*BIG, 16, 17, 18, 19] for row in active(n, [1, 2, 3])]
    enough = look(Gate(adopted=Adopted(scope="site")), failing(activity=rows))
    assert enough.verdict.kind is Kind.ADVANCE
    assert finding(enough, Metric.ADOPTED).certain


def test_departments_may_be_looked_at_too() -> None:
    people = [
        {**row, "department": "sales" if row["site"] == "paramaribo" else None} for row in SITES
    ]
    found = look(Gate(adopted=Adopted(scope="department")), failing(people=people))
    assert finding(found, Metric.ADOPTED).reason.startswith("none stated: ")


def test_calls_for_help_are_compared_at_each_site() -> None:
    days = [row for n in range(1, 22) for row in active(n, [1, 2, 9, 10])]
    rows = [ticket(n, 2, who=1) for n in range(9)] + [ticket(10 + n, 9, who=17) for n in range(3)]
    rising = failing(activity=days, tickets=rows)
    assert look(Gate(tickets=Tickets()), rising).verdict.kind is Kind.ADVANCE
    found = look(Gate(tickets=Tickets(scope="site")), rising)
    assert found.verdict.kind is Kind.HOLD
    assert "3 tickets fewer in 7 days in lelydorp" in found.verdict.why_not


def test_few_people_are_never_shown_alone_in_a_survey() -> None:
    people = [person(n, site=f"s{n % 3}" if n < 7 else "paramaribo") for n in range(1, 22)]
    evidence = failing(people=people)
    names = {name: len(part.people) for name, part in parts(evidence, "site", 5).items()}
    assert names == {"paramaribo": 15, OTHERS: 6}
    found = measure(evidence, Gate(satisfaction=Satisfaction(scope="site")), moment())
    reading = found[Metric.SATISFACTION]
    assert isinstance(reading, SatisfactionReading)
    assert {g.name: g.reading.cohort for g in reading.groups} == names
    # Too few even together: apart from the others, the whole less those would show them.
    sites = {1: "s1", 2: "s2", 3: "s1", **dict.fromkeys(range(4, 10), "lelydorp")}
    people = [person(n, site=sites.get(n, "paramaribo")) for n in range(1, 22)]
    apart = parts(failing(people=people), "site", 5)
    shown = {name: len(part.people) for name, part in apart.items()}
    assert shown == {"lelydorp and smaller ones": 9, "paramaribo": 12}
    # A cohort too small altogether has no parts.
    assert parts(frames(4), "site", 5) == {}
    # People who adopt are known anyway: none is hidden.
    adoption = measure(failing(people=people), Gate(adopted=Adopted(scope="site")), moment())
    counted = adoption[Metric.ADOPTED]
    assert isinstance(counted, AdoptedReading)
    assert {g.name for g in counted.groups} == {"lelydorp", "paramaribo", "s1", "s2"}


def test_a_site_without_answers_is_no_silent_source() -> None:
    found = look(
        Gate(satisfaction=Satisfaction(scope="site")),
        failing(answers=[answer(n, 9, 10) for n in BIG]),
    )
    worst = finding(found, Metric.SATISFACTION)
    assert worst.state.value == "undecided"
    assert worst.reason == "lelydorp: 0 answers of 6 people; 3 needed"
