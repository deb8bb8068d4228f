"""A look at every notice in every language before anyone gets one, with made-up words."""

from collections.abc import Callable
from datetime import date, datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from config.names import Language, Notice
from notices.rendering import Rendered, render
from notices.words import (
    AccountFate,
    Approval,
    Buddy,
    Celebrated,
    Decommissioning,
    Keeping,
    OldSystem,
    Person,
    PersonalToken,
    Phase,
    Rescheduled,
    RolledBack,
    Session,
    Signer,
    Survey,
    Tier,
    Tool,
    Week,
    Words,
)

SITES = {
    Language.EN: ("Port of Spain", "America/Port_of_Spain"),
    Language.NL: ("Paramaribo", "America/Paramaribo"),
}
LAUNCH = date(2026, 3, 17)
DIGEST = "4c1e77a0b6d2f5839e41c0d7a86b2f913d5e08c47fa1b6928e3d70c5514b9a2e"


def sample_words(language: Language) -> Words:
    """Give made-up words in one language with every part filled in."""
    site, zone = SITES[language]
    say = _saying(language)
    return Words(
        person=_person(language),
        organisation="Acme Trading",
        signer=Signer("Renuka Sital", say("Operations", "Bedrijfsvoering")),
        tool=_tool(language),
        old_system=OldSystem("Kantoor"),
        phase=Phase(say("core team", "kernteam"), LAUNCH, zone, site),
        support=_support(language),
        training=Session(
            title=say("First orders", "Eerste orders"),
            starts=datetime(2026, 3, 17, 10, 0, tzinfo=ZoneInfo(zone)),
            zone=zone,
            minutes=75,
            place=say("Room 2", "Zaal 2"),
            online="https://meet.example/atlas",
        ),
        buddy=Buddy(
            "Andre Baptiste", say("Sales, second floor", "Verkoop, 2e verdieping"), date(2026, 3, 2)
        ),
        survey=Survey(f"https://survey.example/{language}/k7", date(2026, 3, 27)),
        rescheduled=_rescheduled(language),
        rolled_back=_rolled_back(language),
        decommissioning=Decommissioning(
            date(2026, 4, 13), date(2026, 4, 27), "IT, it@acme.example", date(2036, 12, 31)
        ),
        celebrated=Celebrated(60, 52, 7, _quick_wins(language)),
        week=Week(2, 30, 60, *_week(language)),
        approval=_approval(language),
        keeping=_keeping(language),
        token=_token(language),
    )


def render_all() -> dict[tuple[Notice, Language], Rendered]:
    """Write every notice in every language with the made-up words."""
    return {
        (notice, language): render(notice, language, sample_words(language))
        for notice in Notice
        for language in Language
    }


def write_previews(folder: Path) -> list[Path]:
    """Write every notice as HTML and text into a folder, and `index.html` that leads to them.

    Files are `<notice>.<language>.html` and `.txt`; those of an earlier look are overwritten.
    Gives the paths written, the index first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "index.html"
    written, rows = [index], []
    for (notice, language), rendered in render_all().items():
        name = f"{notice}.{language}"
        for ending, content in (("html", rendered.html), ("txt", rendered.text)):
            path = folder / f"{name}.{ending}"
            path.write_text(content, encoding="utf-8")
            written.append(path)
        rows.append(
            f'<li lang="{language}"><a href="{name}.html">{escape(rendered.subject)}</a> '
            f'(<a href="{name}.txt">{notice}, {language}, text</a>)</li>'
        )
    index.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Notices</title>'
        f"<h1>Every notice, with made-up words</h1><ul>{''.join(rows)}</ul></html>",
        encoding="utf-8",
    )
    return written


def _saying(language: Language) -> Callable[[str, str], str]:
    def say(english: str, dutch: str) -> str:
        return english if language is Language.EN else dutch

    return say


def _tool(language: Language) -> Tool:
    say = _saying(language)
    return Tool(
        name="Atlas",
        benefit=say("one place for customers and orders", "één plek voor klanten en orders"),
        problem=say(
            "prices live in four spreadsheets", "prijzen staan in vier verschillende bestanden"
        ),
        url="https://atlas.example",
        sign_in=say("with your Acme password", "met uw wachtwoord van Acme"),
        first_task=say("enter one order", "voer één order in"),
        quick_start=f"https://intranet.example/atlas/{language}",
    )


def _rescheduled(language: Language) -> Rescheduled:
    reason = _saying(language)(
        "the group before yours needs another week", "de groep vóór u heeft nog een week nodig"
    )
    return Rescheduled(date(2026, 3, 10), LAUNCH, reason)


def _rolled_back(language: Language) -> RolledBack:
    say = _saying(language)
    return RolledBack(
        say(
            "orders above SRD 10,000 were saved twice",
            "orders boven SRD 10.000 werden dubbel opgeslagen",
        ),
        AccountFate.CLOSED,
        say("IT puts it into Kantoor for you today", "IT zet dat vandaag voor u over naar Kantoor"),
    )


def _token(language: Language) -> PersonalToken:
    how = _saying(language)(
        "run `changeover approve` and paste it when asked",
        "typ `changeover approve` en plak hem wanneer erom wordt gevraagd",
    )
    return PersonalToken("EXAMPLE-NOT-A-TOKEN", how)


def _person(language: Language) -> Person:
    if language is Language.EN:
        return Person("Kezia", "Kezia Joseph", language)
    return Person("Shanti", "Shanti Ramdin", language)


def _support(language: Language) -> tuple[Tier, ...]:
    if language is Language.EN:
        return (
            Tier("The cheat sheet", "beside your screen, or on the intranet"),
            Tier("Andre, or office hours", "every day at 15:00, Room 2"),
            Tier("IT", "it@acme.example, extension 200"),
            Tier("Atlas support", "IT calls them for you"),
        )
    return (
        Tier("Het spiekbriefje", "naast uw scherm, of op het intranet"),
        Tier("Andre, of het inloopspreekuur", "elke dag om 15.00 uur, Zaal 2"),
        Tier("IT", "it@acme.example, toestel 200"),
        Tier("De helpdesk van Atlas", "IT belt hen voor u"),
    )


def _quick_wins(language: Language) -> tuple[str, ...]:
    if language is Language.EN:
        return ("a price is looked up once", "an order takes four minutes, not eleven")
    return (
        "een prijs zoekt u nog maar één keer op",
        "een order kost vier minuten in plaats van elf",
    )


def _week(language: Language) -> tuple[str, tuple[str, ...], str]:
    if language is Language.EN:
        return (
            "press / anywhere to find a customer",
            ("the printer in Room 4 cuts off the last line; print from Room 3",),
            "every day at 15:00, Room 2",
        )
    return (
        "druk op / om overal een klant te zoeken",
        ("de printer in Zaal 4 laat de laatste regel weg; print in Zaal 3",),
        "elke dag om 15.00 uur, Zaal 2",
    )


def _approval(language: Language) -> Approval:
    if language is Language.EN:
        what, phase = "core team may advance", "core team"
        evidence = ("adopted 17 of 21", "satisfaction 7.4 (12 answers)", "no incident")
        if_nothing = "the launch moves to Tuesday 7 April, and the 30 people are told"
    else:
        what, phase = "het kernteam mag verder", "kernteam"
        evidence = (
            "17 van de 21 werken er vast mee",
            "tevredenheid 7,4 (12 antwoorden)",
            "geen incident",
        )
        if_nothing = "de start verschuift naar dinsdag 7 april en de 30 mensen krijgen bericht"
    return Approval(
        what=what,
        phase=phase,
        people=30,
        evidence=evidence,
        if_nothing=if_nothing,
        digest=DIGEST,
        requester="R. Sital",
        command=f"changeover approve {DIGEST[:12]}",
        audit_head=f"9b2f{DIGEST[:28]}",
    )


def _keeping(language: Language) -> Keeping:
    say = _saying(language)
    return Keeping(
        role=say("head of finance", "hoofd financiën"),
        archive="acme-crm-2026-04-27",
        until=date(2036, 12, 31),
        seal=DIGEST,
        command="changeover archive verify acme-crm-2026-04-27",
        signer=f"b1{DIGEST[2:]}",
        keys=("ops.age.pub", "escrow.age.pub"),
        copy="s3://acme-archive/acme-crm-2026-04-27",
        first=date(2027, 5, 3),
        successor=say("company secretary", "directiesecretaris"),
    )
