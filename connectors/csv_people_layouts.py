"""Whose headers a file of people has, and what we call what stands under them."""

import re
from collections.abc import Mapping

from config.outside import CsvPeople
from connectors.csv_file import CsvFile

FIELDS = (
    *("identity", "email", "given", "family", "site", "department", "language"),
    *("pilot", "volunteer", "usage", "manager", "status"),
)
"""Our names for what a file may say of a person."""

ORG_UNIT = "org unit"
"""Besides those, only Google's: a path of units, of which one may be a site."""

# Google Admin console, Download users.
_GOOGLE = {
    "Email Address [Required]": "email",
    "First Name [Required]": "given",
    "Last Name [Required]": "family",
    "Org Unit Path [Required]": ORG_UNIT,
    "Status [READ ONLY]": "status",
    "Employee ID": "identity",
    "Manager Email": "manager",
    "Department": "department",
    "Building ID": "site",
}
_GOOGLE_UNUSED = {
    *("Password [Required]", "Recovery Email", "Home Secondary Email", "Work Secondary Email"),
    *("Recovery Phone [MUST BE IN THE E.164 FORMAT]", "Work Phone", "Home Phone", "Mobile Phone"),
    *("Work Address", "Home Address", "Employee Type", "Employee Title", "Cost Center"),
    *("Floor Name", "Floor Section", "Change Password at Next Sign-In"),
}
# Google adds columns of its own under these tags; nobody writes them by hand.
_GOOGLE_TAGS = (" [READ ONLY]", " [UPLOAD ONLY]")
_GOOGLE_NEEDED = [header for header in _GOOGLE if header.endswith("[Required]")]

_ADDRESS_HEADERS = {"email", "emailaddress", "mail", "emailadres", "workemail", "werkemail"}


def columns_of(spec: CsvPeople, file: CsvFile) -> tuple[dict[str, int], list[str]]:
    """Give where each of our fields stands in a file, and the headers nobody uses.

    Raises Misconfigured with file, line and header where one is unknown or missing.
    """
    mapped = _mapped(spec, file)
    if spec.layout == "google-workspace":
        return _google(file, mapped)
    return _plain(spec, file, mapped)


def _mapped(spec: CsvPeople, file: CsvFile) -> dict[str, int]:
    places = {}
    for name, header in spec.columns.items():
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise file.wrong(
                file.header_line, f"`columns` of the plan names {name!r}; we know {known}"
            )
        place = file.place(header)
        if place is None:
            raise file.wrong(file.header_line, _missing(header, file.header, f"`columns: {name}`"))
        places[name] = place
    return places


def _google(file: CsvFile, mapped: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
    for header in _GOOGLE_NEEDED:
        if file.place(header) is None:
            raise file.wrong(file.header_line, _missing(header, file.header, "google-workspace"))
    taken = set(mapped.values())
    for index, header in enumerate(file.header):
        known = header in _GOOGLE or header in _GOOGLE_UNUSED or header.endswith(_GOOGLE_TAGS)
        if not known and index not in taken:
            raise file.wrong(
                file.header_line,
                f"{header!r} is no header of Google's; take the column out or map it in `columns`",
            )
    places = {name: file.place(header) for header, name in _GOOGLE.items()}
    found = {name: place for name, place in places.items() if place is not None}
    return {**found, **mapped}, []


def _plain(
    spec: CsvPeople, file: CsvFile, mapped: dict[str, int]
) -> tuple[dict[str, int], list[str]]:
    places = dict(mapped)
    unused = []
    taken = set(mapped.values())
    for index, header in enumerate(file.header):
        if index in taken:
            continue
        name = _our_name(header)
        if name is None or name in mapped:
            unused.append(header)
        elif name in places:
            raise file.wrong(file.header_line, f"both columns of {name} are ours; keep one")
        else:
            places[name] = index
    if unused and not spec.columns:
        raise file.wrong(
            file.header_line,
            f"unknown header {unused[0]!r}; we know {', '.join(FIELDS)}: rename it, or map the "
            "headers you need in `columns`",
        )
    needed = ("email",) if spec.join else ("email", "given", "family")
    for name in needed:
        if name not in places:
            raise file.wrong(
                file.header_line,
                f"no column {name!r}; name one so, or write `columns: {{{name}: ITS HEADER}}`",
            )
    return places, unused


def _our_name(header: str) -> str | None:
    word = header.lower()
    if word in FIELDS:
        return word
    return "email" if re.sub(r"[^a-z]", "", word) in _ADDRESS_HEADERS else None


def _missing(header: str, there: list[str], why: str) -> str:
    shown = ", ".join(there[:8]) + (", ..." if len(there) > 8 else "")
    return f"no column {header!r}, which {why} needs; there are {shown}"
