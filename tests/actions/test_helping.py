"""What people are told of help, and of what does not work yet."""

from datetime import UTC, datetime

from actions.helping import known_issues, usual_tiers
from config.names import Language, Severity
from rollout.snapshot import IncidentNow

NL, EN = Language.NL, Language.EN
THEN = datetime(2026, 3, 20, tzinfo=UTC)


def incident(
    title: str, severity: Severity, workaround: str | None = None, phase: str | None = None
) -> IncidentNow:
    return IncidentNow("1", severity, title, THEN, workaround, phase)


def test_the_second_tier_names_the_buddy_and_the_champion_there_are() -> None:
    assert usual_tiers(EN, "Andre", "Asha")[1].title == (
        "Andre, your buddy, or Asha, your site's champion"
    )
    assert usual_tiers(EN, "Asha", "Asha")[1].title == "Asha, your buddy"
    assert usual_tiers(NL, None, "Asha")[1].title == "Asha, kartrekker van uw vestiging"
    for language in Language:
        said = usual_tiers(language, None, None)[1].title
        assert "buddy" not in said
        assert len(usual_tiers(language, None, None)) == 4


def test_known_issues_are_the_open_ones_of_a_phase_in_their_own_words() -> None:
    there = (
        incident("Labels print twice.", Severity.MINOR, "print from Room 3"),
        incident("Search is slow", Severity.MAJOR, phase="core-team"),
        incident("Orders are lost", Severity.CRITICAL),
        incident("Another group's", Severity.MINOR, phase="early-adopters"),
    )
    assert known_issues(there, "core-team", EN) == (
        "Labels print twice: print from Room 3",
        "Search is slow: we are working on it",
    )
    assert known_issues(there, "core-team", NL)[1] == "Search is slow: er wordt aan gewerkt"
    assert known_issues((), "core-team", EN) == ()
