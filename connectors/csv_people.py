"""People from CSV files: a directory's export, and files joined to it on the address."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from config.names import Language
from config.organisation import Site
from config.outside import CsvPeople
from connectors import cells, csv_file
from connectors.csv_file import CsvFile
from connectors.csv_people_layouts import ORG_UNIT, columns_of
from connectors.errors import Misconfigured
from rollout.people import Entry

_ACTIVE = {"", "active", "actief", "enabled", "yes", "ja", "true", "1"}
_GONE = {
    *("suspended", "archived", "inactive", "inactief", "disabled", "left", "gone", "terminated"),
    *("geschorst", "uit dienst", "no", "nee", "false", "0"),
}


@dataclass
class _Draft:
    """One person as the files have them so far."""

    where: str
    """File and line they began on."""
    values: dict[str, object] = field(default_factory=dict)


class CsvDirectory:
    """The people of a plan's files, in the order they stand there (a `ports.Directory`)."""

    def __init__(self, specs: Sequence[CsvPeople], folder: Path, sites: Mapping[str, Site]) -> None:
        """Take what the plan says of the files, its folder and its sites. Opens nothing."""
        self._specs = tuple(specs)
        self._folder = folder
        self._sites = _Sites(sites)
        self.warnings: tuple[str, ...] = ()
        """What the last reading passed over, in words with file and line."""

    def read(self) -> list[Entry]:
        """Give everybody, once, as the files are now.

        Raises Misconfigured with file and line for a header, a cell or a site nobody knows, for
        two rows that claim one address or one identity, and where there is nobody at all.
        """
        people: dict[str, _Draft] = {}
        warnings: list[str] = []
        for spec in self._specs:
            with csv_file.opened(self._folder / spec.file, spec.file, spec.encoding) as file:
                places, unused = columns_of(spec, file)
                if unused:
                    warnings.append(f"{spec.file}: columns nobody uses: {', '.join(unused)}")
                (_join if spec.join else _add)(file, places, people, warnings)
        if not people:
            raise Misconfigured(
                f"{self._specs[0].file}: nobody is in it; if that were so, all would have left"
            )
        entries = [_entry(address, draft, self._sites) for address, draft in people.items()]
        _refuse_shared_identity(entries, people)
        self.warnings = tuple(warnings)
        return entries


class _Sites:
    """The plan's sites, found by key or title as people write them."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self._sites = sites
        self._keys = {_slug(site.title): key for key, site in sites.items() if site.title}
        self._keys |= {key: key for key in sites}

    def key(self, text: str) -> str | None:
        return self._keys.get(_slug(text))

    @property
    def only(self) -> str | None:
        """The site nobody need name, where there is but one."""
        return next(iter(self._sites)) if len(self._sites) == 1 else None

    @property
    def known(self) -> str:
        return ", ".join(self._sites)

    def language(self, key: str) -> Language:
        return self._sites[key].language


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def _status(text: str) -> bool:
    word = text.lower()
    if word in _ACTIVE:
        return True
    if word in _GONE:
        return False
    raise ValueError(f"{cells.said(text)} is no status; write active or suspended")


def _manager(text: str) -> str | None:
    return cells.address(text) if text else None


_READERS: dict[str, Callable[[str], object]] = {
    "email": cells.address,
    "language": cells.language,
    "pilot": cells.yes_no,
    "volunteer": cells.yes_no,
    "usage": cells.hours,
    "manager": _manager,
    "status": _status,
}
"""How a field is read; the others are text."""


def _add(
    file: CsvFile, places: Mapping[str, int], people: dict[str, _Draft], _warnings: list[str]
) -> None:
    for row in csv_file.rows(file):
        values = _values(file, places, row)
        address = str(values.pop("email"))
        where = f"{file.name}:{row.line}"
        if address in people:
            first = people[address].where
            raise Misconfigured(f"{where}: the same address as {first}; keep one of the two")
        people[address] = _Draft(where, values)


def _join(
    file: CsvFile, places: Mapping[str, int], people: dict[str, _Draft], warnings: list[str]
) -> None:
    seen: dict[str, int] = {}
    for row in csv_file.rows(file):
        values = _values(file, places, row)
        address = str(values.pop("email"))
        if address in seen:
            raise file.wrong(row.line, f"the same address as line {seen[address]}; keep one")
        seen[address] = row.line
        if address in people:
            people[address].values |= values
        else:
            warnings.append(f"{file.name}:{row.line}: nobody in the files before has this address")


def _values(file: CsvFile, places: Mapping[str, int], row: csv_file.Row) -> dict[str, object]:
    """Read a row's cells; an empty one says nothing, so that it hides nothing said before."""
    values: dict[str, object] = {}
    for name, place in places.items():
        text = row.cells[place]
        if not text and name != "email":
            continue
        try:
            values[name] = _READERS[name](text) if name in _READERS else text
        except ValueError as error:
            raise file.wrong(row.line, f"{file.header[place]}: {error}") from None
    return values


def _entry(address: str, draft: _Draft, sites: _Sites) -> Entry:
    values = draft.values
    given, family = str(values.get("given", "")), str(values.get("family", ""))
    if not given and not family:
        raise Misconfigured(f"{draft.where}: this person has no name; mails begin with it")
    units = [unit for unit in str(values.get(ORG_UNIT, "")).split("/") if unit]
    site = _site(draft, sites, units)
    department = str(values.get("department", "")) or _department(units, sites)
    return Entry(
        identity=str(values.get("identity", "")) or address,
        email=address,
        given=given,
        family=family,
        site=site,
        department=department,
        language=cast("Language", values.get("language", sites.language(site))),
        pilot=bool(values.get("pilot", False)),
        volunteer=bool(values.get("volunteer", False)),
        usage=cast("float | None", values.get("usage")),
        manager=cast("str | None", values.get("manager")),
        active=bool(values.get("status", True)),
    )


def _site(draft: _Draft, sites: _Sites, units: Sequence[str]) -> str:
    """Find a person's site: the cell that names it, else the last of Google's units.

    Google's buildings and units need not be sites, so in a plan of one site they may be anything.
    """
    named = str(draft.values.get("site", ""))
    tried = [text for text in (named, *units[-1:]) if text]
    for text in tried:
        key = sites.key(text)
        if key is not None:
            return key
    if sites.only is not None and (ORG_UNIT in draft.values or not tried):
        return sites.only
    said = " and ".join(map(cells.said, tried)) or "an empty cell"
    raise Misconfigured(f"{draft.where}: {said} is no site of the plan; it has {sites.known}")


def _department(units: Sequence[str], sites: _Sites) -> str:
    return next((unit for unit in reversed(units) if sites.key(unit) is None), "")


def _refuse_shared_identity(entries: Sequence[Entry], people: Mapping[str, _Draft]) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.identity, entry)
        if other is not entry:
            where, there = people[entry.email].where, people[other.email].where
            raise Misconfigured(f"{where}: the same identity as {there}; it is one person's alone")
