"""Approvals are of one thing, by others than whoever asked, within a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language
from rollout.approving import approved
from rollout.people import Entry, Person
from rollout.snapshot import ApprovalNow, Snapshot

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "phased.yaml"
PLAN = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)
IT, FIRST, SECOND = "it@acme.example", *PLAN.approvers
SOMEBODY = Person(
    "p00001",
    Entry("1", "u1@acme.example", "U", "1", "paramaribo", "Sales", Language.EN),
    date(2026, 2, 16),
)


def yes(*given: tuple[str, timedelta], requester: str = IT, people: int = 30) -> Snapshot:
    rows = tuple(ApprovalNow("retire", "d", requester, by, NOW + after) for by, after in given)
    crowd = {f"p{n:05}": replace(SOMEBODY, key=f"p{n:05}") for n in range(people)}
    return Snapshot("acme-crm", True, False, crowd, {}, {}, approvals=rows)  # noqa: FBT003


ZERO, DAY = timedelta(), timedelta(days=1)


def enough(snapshot: Snapshot, needed: int = 2, subject: str = "retire", of: str = "d") -> bool:
    return approved(PLAN, snapshot, subject, of, needed, NOW + 2 * DAY, requester=IT)


def test_two_approvers_within_a_day_are_enough() -> None:
    both = yes((FIRST, ZERO), (SECOND, DAY))
    assert enough(both)
    assert not enough(both, subject="freeze")
    assert not enough(both, of="another")


@pytest.mark.parametrize(
    "given",
    [
        yes((FIRST, ZERO)),
        yes((FIRST, ZERO), (FIRST.upper(), DAY)),
        yes((FIRST, ZERO), (SECOND, DAY + timedelta(seconds=1))),
        yes((FIRST, ZERO), (IT, ZERO)),
        yes((FIRST, ZERO), ("stranger@acme.example", ZERO)),
        yes((FIRST, ZERO), (SECOND, ZERO), requester=SECOND),
    ],
    ids=["one", "one twice", "lapsed", "requester", "stranger", "asked by one of them"],
)
def test_these_are_not_enough(given: Snapshot) -> None:
    assert not enough(given)


def test_only_the_smallest_may_wait_instead() -> None:
    assert enough(yes((IT, DAY), people=3), needed=1)
    assert not enough(yes((IT, DAY + timedelta(seconds=1)), people=3), needed=1)
    assert not enough(yes((IT, ZERO), people=4), needed=1)
