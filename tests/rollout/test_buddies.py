"""Buddies: near ones first, spread evenly, and steady while people come and go."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from config.loading import parse
from config.names import Language
from rollout.buddies import FAR, buddies
from rollout.people import Entry, Person
from rollout.snapshot import Snapshot

PLAN = parse(
    (Path(__file__).parents[2] / "config/examples/phased.yaml").read_text(encoding="utf-8"), "plan"
)
CORE = PLAN.phase("core-team")
NOW = datetime(2026, 3, 16, tzinfo=UTC)
LEFT = date(2026, 3, 20)
NL, EN = Language.NL, Language.EN


def someone(number: int, phase: str, site: str = "bridgetown", language: Language = EN) -> Person:
    key = f"p{number:05}"
    entry = Entry(key, f"{key}@acme.example", "A", key, site, "Sales", language)
    return Person(key, entry, date(2026, 2, 1), phase)


def snapshot(*people: Person) -> Snapshot:
    found = {p.key: p for p in people}
    return Snapshot("acme", rehearsal=False, paused=False, people=found, phases={}, steps={})


def helped(*people: Person) -> dict[str, str]:
    return {key: helper.key for key, helper in buddies(PLAN, snapshot(*people), CORE).items()}


HELPERS = [
    someone(1, "early-adopters"),
    someone(2, "early-adopters"),
    someone(3, "early-adopters", "paramaribo", NL),
]
PEOPLE = [someone(n, "core-team") for n in range(10, 18)]


def test_the_same_site_and_language_come_first_and_evenly() -> None:
    mixed = [*PEOPLE[:4], someone(20, "core-team", "paramaribo", NL)]
    found = helped(*HELPERS, *mixed)
    assert found["p00020"] == "p00003"
    assert Counter(found.values()) == {"p00001": 2, "p00002": 2, "p00003": 1}


def test_somebody_far_away_is_asked_before_one_person_helps_everybody() -> None:
    alone = someone(1, "early-adopters", "port-of-spain")
    near = someone(2, "early-adopters")
    counts = Counter(helped(alone, near, *PEOPLE).values())
    assert counts["p00002"] - counts["p00001"] in {FAR - 1, FAR, FAR + 1}


def test_nobody_helps_who_left_or_is_left_out_and_no_phase_means_no_buddy() -> None:
    gone = replace(HELPERS[0], left_on=LEFT)
    out = replace(HELPERS[1], excluded="on leave")
    assert {*helped(gone, out, HELPERS[2], *PEOPLE).values()} == {"p00003"}
    assert helped(gone, out, *PEOPLE) == {}
    assert buddies(PLAN, snapshot(*HELPERS, *PEOPLE), PLAN.phase("early-adopters")) == {}


def test_when_a_buddy_leaves_only_those_they_helped_get_another() -> None:
    before = helped(*HELPERS, *PEOPLE)
    after = helped(replace(HELPERS[0], left_on=LEFT), *HELPERS[1:], *PEOPLE)
    assert {k for k in before if before[k] != after[k]} == {
        k for k, helper in before.items() if helper == "p00001"
    }
    assert "p00001" not in after.values()


def test_who_joins_or_leaves_changes_nobody_elses_buddy() -> None:
    before = helped(*HELPERS, *PEOPLE)
    joined = helped(*HELPERS, *PEOPLE, someone(30, "core-team"))
    assert before.items() <= joined.items()
    left = helped(*HELPERS, replace(PEOPLE[0], left_on=LEFT), *PEOPLE[1:])
    assert left == {k: v for k, v in before.items() if k != PEOPLE[0].key}
