"""The people of Acme Trading, and the two files its IT exports: 60 people on three sites.

`directory.csv` bears Google Workspace's own headers (Admin console, Download users) and
`extra.csv` what somebody kept by hand beside it, joined on the address: where capitals differ
between the two files, as they do in life, it is still the same address.
"""

import csv
import random
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.names import Language
from rehearsal.directory_names import FAMILY, GIVEN, NAMED, TITLES

DOMAIN = "acme.example"
SITES = {"paramaribo": "Paramaribo", "port-of-spain": "Port of Spain", "bridgetown": "Bridgetown"}
"""Key (the Building ID) -> name (the last part of the Org Unit Path)."""
DEPARTMENTS = ("Verkoop", "Service", "Magazijn", "Inkoop", "Financiën")
CHAMPIONS = {
    "paramaribo": "r.sital@acme.example",
    "port-of-spain": "k.joseph@acme.example",
    "bridgetown": "a.clarke@acme.example",
}
APPROVERS = ("m.kromosoeto@acme.example", "d.hinds@acme.example")

EXTRA_HEADER = ("E-mail", "Taal", "Pilot", "Vrijwilliger", "Uren per week")
GOOGLE_HEADER = (
    *("First Name [Required]", "Last Name [Required]", "Email Address [Required]"),
    *("Password [Required]", "Password Hash Function [UPLOAD ONLY]", "Org Unit Path [Required]"),
    *("New Primary Email [UPLOAD ONLY]", "Status [READ ONLY]", "Last Sign In [READ ONLY]"),
    *("Recovery Email", "Home Secondary Email", "Work Secondary Email"),
    *("Recovery Phone [MUST BE IN THE E.164 FORMAT]", "Work Phone", "Home Phone"),
    *("Mobile Phone", "Work Address", "Home Address", "Employee ID", "Employee Type"),
    *("Employee Title", "Manager Email", "Department", "Cost Center"),
    *("2sv Enrolled [READ ONLY]", "2sv Enforced [READ ONLY]", "Building ID", "Floor Name"),
    *("Floor Section", "Email Usage [READ ONLY]", "Drive Usage [READ ONLY]"),
    *("Photos Usage [READ ONLY]", "Storage limit [READ ONLY]", "Storage Used [READ ONLY]"),
    *("Change Password at Next Sign-In", "New Status [UPLOAD ONLY]"),
    "Gemini Limit Status [READ ONLY]",
)

# By site, nl 27 and en 33 in all. The named people come first; they speak their site's language.
_LANGUAGES = {
    "paramaribo": (Language.NL,) * 26 + (Language.EN,) * 2,
    "port-of-spain": (Language.EN,) * 18 + (Language.NL,),
    "bridgetown": (Language.EN,) * 13,
}
_PILOTS = {"paramaribo": 3, "port-of-spain": 2, "bridgetown": 1}
_LEADS = {
    "paramaribo": "m.kromosoeto@acme.example",
    "port-of-spain": "k.joseph@acme.example",
    "bridgetown": "d.hinds@acme.example",
}
# Who leads or decides is no pilot by lot, and no volunteer.
_SPOKEN_FOR = {*CHAMPIONS.values(), *APPROVERS, *_LEADS.values()}
_MOST_HOURS = 34
_VOLUNTEERS = 3
_UNKNOWN_HOURS = 2


@dataclass(frozen=True, slots=True)
class Folk:
    """One of the people of Acme Trading, as its files have them."""

    email: str
    given: str
    family: str
    site: str
    """Key in SITES."""
    department: str
    language: Language
    pilot: bool
    volunteer: bool
    hours: float | None
    """Hours a week in the old tool; None where nobody filled it in."""
    employee_id: str
    manager: str | None
    """Address; None for who leads the firm."""

    @property
    def name(self) -> str:
        """Full name."""
        return f"{self.given} {self.family}"


def people(seed: int) -> list[Folk]:
    """Make the 60 people there are at the start, by site; the same seed gives the same."""
    chance = random.Random(f"directory {seed}")
    taken: set[str] = set()
    folk: list[Folk] = []
    for site, languages in _LANGUAGES.items():
        names = _names(chance, site, len(languages))
        for number, ((given, family), language) in enumerate(zip(names, languages, strict=True)):
            hours = round(2 * _MOST_HOURS * chance.betavariate(1.0, 2.6)) / 2
            who = Folk(
                email=_address(given, family, taken),
                given=given,
                family=family,
                site=site,
                department=DEPARTMENTS[number % len(DEPARTMENTS)],
                language=language,
                pilot=False,
                volunteer=False,
                hours=hours,
                employee_id=f"A{1001 + len(folk)}",
                manager=None,
            )
            taken.add(who.email)
            folk.append(who)
    return _managed(_early(folk, chance))


def leaver(folk: Sequence[Folk]) -> Folk:
    """Tell who of them will leave: a heavy user of no particular role, so one of the core team."""
    bearing = {*CHAMPIONS.values(), *APPROVERS, *(who.manager for who in folk)}
    plain = [who for who in folk if not (who.pilot or who.volunteer or who.email in bearing)]
    return sorted(plain, key=lambda who: (-(who.hours or 0), who.email))[3]


def had_accounts(folk: Sequence[Folk]) -> list[tuple[Folk, bool]]:
    """Tell who had an account before the rollout, and whether it is open: the pilot's people.

    Two of them no list names any more, heavy users, so in the core team: one account was left
    open, one was closed.
    """
    pilots = [(who, True) for who in folk if who.pilot]
    plain = [who for who in folk if not (who.pilot or who.volunteer)]
    heaviest = sorted(plain, key=lambda who: (-(who.hours or 0), who.email))
    return [*pilots, *zip(heaviest, (True, False), strict=False)] if pilots else []


def joiner(folk: Sequence[Folk], seed: int) -> Folk:
    """Make one who joins later: new to the firm, so nobody knows hours of theirs."""
    chance = random.Random(f"joiner {seed}")
    site, department = "port-of-spain", "Service"
    given, family = chance.choice(GIVEN[site]), chance.choice(FAMILY[site])
    return Folk(
        email=_address(given, family, {who.email for who in folk}),
        given=given,
        family=family,
        site=site,
        department=department,
        language=Language.EN,
        pilot=False,
        volunteer=False,
        hours=None,
        employee_id=f"A{1001 + len(folk)}",
        manager=_head(folk, site, department),
    )


def write(
    folder: Path,
    folk: Sequence[Folk],
    *,
    left: Collection[str] = (),
    joined: Sequence[Folk] = (),
    suspended: Collection[str] = (),
) -> None:
    """Write `directory.csv` and `extra.csv` as they stand on some day, each replaced whole.

    `left` and `suspended` are addresses: the first stand in neither file, the second in both, with
    the directory's status Suspended. `joined` come at the end.
    """
    there = [who for who in (*folk, *joined) if who.email not in left]
    folder.mkdir(parents=True, exist_ok=True)
    # The second first: nobody is in the directory a moment without what belongs to them.
    _replace(folder / "extra.csv", [EXTRA_HEADER, *(_extra_row(who) for who in there)])
    rows = [_google_row(who, "Suspended" if who.email in suspended else "Active") for who in there]
    _replace(folder / "directory.csv", [GOOGLE_HEADER, *rows])


def _names(chance: random.Random, site: str, number: int) -> list[tuple[str, str]]:
    named = list(NAMED[site])
    givens = chance.sample([name for name in GIVEN[site] if name not in dict(named)], number)
    families = chance.choices(FAMILY[site], k=number)
    return [*named, *zip(givens, families, strict=True)][:number]


def _address(given: str, family: str, taken: Collection[str]) -> str:
    """First letter and family; the whole first name where that is somebody else's."""
    first, last = _plain(given), _plain(family)
    for name in (f"{first[0]}.{last}", f"{first}.{last}"):
        if f"{name}@{DOMAIN}" not in taken:
            return f"{name}@{DOMAIN}"
    for number in range(2, 100):
        if f"{first}.{last}{number}@{DOMAIN}" not in taken:
            return f"{first}.{last}{number}@{DOMAIN}"
    raise ValueError(f"a hundred people called {given} {family}: give the simulation more names")


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z]", "", letters)


def _early(folk: list[Folk], chance: random.Random) -> list[Folk]:
    """Choose pilots (the champions, and by site), volunteers, and whose hours nobody knows."""
    pilots: set[str] = set()
    for site, number in _PILOTS.items():
        others = [w.email for w in folk if w.site == site and w.email not in _SPOKEN_FOR]
        pilots |= {CHAMPIONS[site], *chance.sample(others, number - 1)}
    rest = [who.email for who in folk if who.email not in pilots | _SPOKEN_FOR]
    drawn = chance.sample(rest, _VOLUNTEERS + _UNKNOWN_HOURS)
    volunteers, unknown = set(drawn[:_VOLUNTEERS]), set(drawn[_VOLUNTEERS:])
    return [
        replace(
            who,
            pilot=who.email in pilots,
            volunteer=who.email in volunteers,
            hours=None if who.email in unknown else who.hours,
        )
        for who in folk
    ]


def _managed(folk: list[Folk]) -> list[Folk]:
    """Give everybody a manager: a department's head at the site, a site's lead, the first lead."""
    first = next(iter(_LEADS.values()))

    def manager(who: Folk) -> str | None:
        if who.email == _LEADS[who.site]:
            return None if who.email == first else first
        head = _head(folk, who.site, who.department)
        return _LEADS[who.site] if who.email == head else head

    return [replace(who, manager=manager(who)) for who in folk]


def _head(folk: Sequence[Folk], site: str, department: str) -> str:
    return next(who.email for who in folk if (who.site, who.department) == (site, department))


def _extra_row(who: Folk) -> tuple[str, ...]:
    # One in nine was typed with a capital: A1009, A1018, ...
    odd = int(who.employee_id[1:]) % 9 == 0
    return (
        who.email.capitalize() if odd else who.email,
        who.language,
        "ja" if who.pilot else "nee",
        "ja" if who.volunteer else "nee",
        "" if who.hours is None else f"{who.hours:g}",
    )


def _google_row(who: Folk, status: str) -> list[str]:
    number = int(who.employee_id[1:])
    cells = {
        "First Name [Required]": who.given,
        "Last Name [Required]": who.family,
        "Email Address [Required]": who.email,
        "Password [Required]": "****",
        "Org Unit Path [Required]": f"/{who.department}/{SITES[who.site]}",
        "Status [READ ONLY]": status,
        "Last Sign In [READ ONLY]": f"2026/02/{1 + number % 13:02d} {7 + number % 10:02d}:05:20",
        "Employee ID": who.employee_id,
        "Employee Title": TITLES[who.department][number % len(TITLES[who.department])],
        "Manager Email": who.manager or "",
        "Department": who.department,
        "Cost Center": f"{4000 + 10 * DEPARTMENTS.index(who.department)}",
        "2sv Enrolled [READ ONLY]": "True" if number % 3 else "False",
        "2sv Enforced [READ ONLY]": "False",
        "Building ID": who.site,
        "Email Usage [READ ONLY]": f"{number % 17 / 10}GB",
        "Drive Usage [READ ONLY]": f"{number % 29 / 10}GB",
        "Storage limit [READ ONLY]": "30.0GB",
        "Change Password at Next Sign-In": "False",
    }
    return [cells.get(column, "") for column in GOOGLE_HEADER]


def _replace(path: Path, rows: Iterable[Sequence[str]]) -> None:
    beside = path.with_name(f"{path.name}.part")
    with beside.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    beside.replace(path)
