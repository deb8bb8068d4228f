"""What people are told of help: who to turn to, in order, and what is known not to work."""

from collections.abc import Iterable

from config.names import Language, Severity
from notices import words as w
from rollout.snapshot import IncidentNow

_BEING_MENDED = {
    Language.EN: "we are working on it",
    Language.NL: "er wordt aan gewerkt",
}


_USUAL = {
    Language.EN: (
        w.Tier("The cheat sheet and the quick start", "where you sign in"),
        w.Tier("A colleague who works with it already", "ask them"),
        w.Tier("IT", "reply to this mail"),
        w.Tier("The supplier", "IT asks them for you"),
    ),
    Language.NL: (
        w.Tier("Het spiekbriefje en de korte handleiding", "waar u inlogt"),
        w.Tier("Een collega die er al mee werkt", "vraag het gerust"),
        w.Tier("ICT", "antwoord op deze mail"),
        w.Tier("De leverancier", "ICT vraagt het voor u"),
    ),
}
_COLLEAGUES = {
    Language.EN: ("{}, your buddy", "{}, your site's champion", ", or ", "just ask"),
    Language.NL: (
        "{}, uw buddy",
        "{}, kartrekker van uw vestiging",
        ", of ",
        "vraag het gerust",
    ),
}


def usual_tiers(language: Language, buddy: str | None, champion: str | None) -> tuple[w.Tier, ...]:
    """Give the usual four tiers; the second names the buddy and the site's champion there are."""
    first, second, *rest = _USUAL[language]
    helps, leads, or_else, how = _COLLEAGUES[language]
    known = [helps.format(buddy)] if buddy else []
    known += [leads.format(champion)] if champion and champion != buddy else []
    named = w.Tier(or_else.join(known), how) if known else second
    return (first, named, *rest)


def known_issues(
    incidents: Iterable[IncidentNow], phase: str, language: Language
) -> tuple[str, ...]:
    """Give the open incidents a phase's people should know, each with its way round.

    The words are those of the incident. A critical one rolls back: no weekly mail tells of it.
    """
    return tuple(
        f"{i.title.strip().removesuffix('.')}: {i.workaround or _BEING_MENDED[language]}"
        for i in incidents
        if i.severity is not Severity.CRITICAL and i.phase in {None, phase}
    )
