"""The overview: one screen that says where a rollout stands, and nothing about anybody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from config.loading import parse
from rehearsal.company import EXAMPLES
from reports.interlock import interlock
from reports.overview import overview, standing
from reports.review import review
from rollout.phases import DECOMMISSION, Dates, PhaseNow, State
from rollout.snapshot import ArchiveNow, Snapshot
from rollout.steps import StepNow, StepState

PLAN = parse((EXAMPLES / "phased.yaml").read_text(encoding="utf-8"), "plan.yaml")
NOW = datetime(2026, 3, 20, 10, tzinfo=UTC)


def snapshot(steps: Mapping[str, StepNow] | None = None, *, paused: bool = False) -> Snapshot:
    """Give a rollout of nobody on day 5 of its core team."""
    dates = Dates(date(2026, 3, 16), date(2026, 3, 27))
    later = Dates(date(2026, 5, 4), date(2026, 5, 15))
    stands = {
        "early-adopters": (State.PASSED, dates),
        "core-team": (State.LIVE, dates),
        "remaining-users": (State.PLANNED, later),
        DECOMMISSION: (State.PLANNED, Dates(None, None)),
    }
    phases = {n: PhaseNow(n, s, 1, d, NOW) for n, (s, d) in stands.items()}
    return Snapshot("acme-crm", True, paused, {}, phases, steps or {})  # noqa: FBT003


def test_one_line_says_where_it_stands() -> None:
    assert standing(PLAN, snapshot(), NOW) == (
        "1 of 3 phases passed; core team live; nothing needs a person"
    )


def test_a_skipped_phase_is_said_to_be_skipped_and_not_passed() -> None:
    mine = snapshot()
    core = replace(mine.phases["core-team"], state=State.SKIPPED)
    skipped = replace(mine, phases={**mine.phases, "core-team": core})
    assert standing(PLAN, skipped, NOW).startswith("1 of 3 phases passed, 1 skipped; nothing")
    assert "| core team | ⏭️ skipped | 0 | 0 | 0 | 0 | nobody in it | |" in overview(
        PLAN, skipped, NOW
    )
    assert "| core team | 0 | 0 | skipped: nobody in it | 1 |" in review(PLAN, skipped, NOW)


def test_a_pause_is_said_in_that_line() -> None:
    assert "; everything is paused; " in standing(PLAN, snapshot(paused=True), NOW)


def test_only_ends_that_happened_have_a_column() -> None:
    done = {f"notice.welcome:core-team:p{n}:1": StepNow(StepState.DONE, NOW) for n in range(3)}
    found = overview(PLAN, snapshot(done), NOW)
    assert "| what | done |\n|---|--:|\n| welcome mail | 3 |" in found
    assert "None refused or unknown or skipped." in found
    lost = done | {"notice.welcome:core-team:p9:1": StepNow(StepState.UNKNOWN, NOW)}
    found = overview(PLAN, snapshot(lost), NOW)
    assert "| welcome mail | 3 | 1 |" in found
    assert "None refused or skipped." in found


def test_the_key_that_signs_archives_stands_in_every_report() -> None:
    signed = replace(snapshot(), signer="ab" * 32)
    said = f"Archives are signed with the key `{'ab' * 32}`."
    for report in (overview(PLAN, signed, NOW), review(PLAN, signed, NOW)):
        assert report.rstrip().endswith(said)
    told: Any = {"target": "Kantoor", "approvals": "none", "words": (), "now": NOW}
    assert interlock(PLAN, signed, (), **told).rstrip().endswith(said)
    assert "signed with" not in interlock(PLAN, snapshot(), (), **told)
    assert "signed with" not in overview(PLAN, snapshot(), NOW) + review(PLAN, snapshot(), NOW)


def test_an_end_that_asks_less_than_usual_says_so() -> None:
    told: Any = {"target": "Kantoor", "approvals": "none", "words": (), "now": NOW}
    assert "Looser than usual" not in interlock(PLAN, snapshot(), (), **told)
    end = PLAN.decommission
    less = end.model_copy(update={"after": end.after.model_copy(update={"adopted": 0.5})})
    plan = PLAN.model_copy(update={"decommission": less})
    said = "**Looser than usual:** 50% adopted is enough, where 80% is usual."
    assert said in interlock(plan, snapshot(), (), **told)
    whole = said.replace("usual:** ", "usual:** the end of Kantoor: ")
    for report in (overview, review):
        assert whole in report(plan, snapshot(), NOW)
        assert "Looser" not in report(PLAN, snapshot(), NOW)
        over = replace(snapshot().phases[DECOMMISSION], state=State.RETIRED)
        off = replace(snapshot(), phases={**snapshot().phases, DECOMMISSION: over})
        assert "Looser" not in report(plan, off, NOW)


def test_an_archive_signed_with_an_earlier_key_is_said_so() -> None:
    made = ArchiveNow("a", "0" * 64, proved=True, made_at=NOW, signer="cd" * 32)
    found = overview(PLAN, replace(snapshot(), signer="ab" * 32, archive=made), NOW)
    assert f"signed with an earlier key, `{'cd' * 32}`" in found
    found = overview(PLAN, replace(snapshot(), signer="cd" * 32, archive=made), NOW)
    assert "earlier key" not in found


def test_the_year_is_left_out_where_it_is_this_one() -> None:
    found = overview(PLAN, snapshot(), NOW)
    assert "| Mon 16 Mar | Fri 27 Mar |" in found
    assert "As of Fri 20 Mar 2026, 07:00" in found
