"""`changeover init`: a commented plan to begin from."""

import csv
import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from cli.clock import now
from config.loading import parse
from config.plan import Plan
from rollout.calendar import monday_of

EXAMPLES = Path(__file__).parents[1] / "config" / "examples"
MODELINE = "# yaml-language-server: $schema=changeover.schema.json\n"
WEEK = timedelta(days=7)
RENEWS_AFTER = 30 * WEEK
"""From a rollout's start to the day its old system would renew, where an example has one."""


class NotWrittenError(Exception):
    """No plan was written. The message says why."""


def init(
    *,
    timeline: Annotated[
        Literal["solo", "small-team", "growing", "phased"],
        Parameter(help="1 person; 5 to 10; 10 to 25; more."),
    ],
    people: Annotated[Path | None, Parameter(help="Your people's CSV file.")] = None,
    out: Annotated[Path, Parameter(help="Where the plan goes.")] = Path("plan.yaml"),
) -> None:
    """Write a commented plan and, without --people, a sample of its people: it plans as it is."""
    if people is not None and not people.is_file():
        msg = f"{people}: there is no such file; nothing written"
        raise NotWrittenError(msg)
    text = written(timeline, now().date(), people, out.parent)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        msg = f"{out} is there already; nothing written. Name another file with --out"
        raise NotWrittenError(msg) from None
    samples = sampled(timeline, text, out.parent)
    print(f"{out} is written.")
    for name in samples:
        print(f"{name} is written beside it, with made-up people: put your own in their place.")
    print(f"Fill it in, then look at it: changeover plan {out}")


def written(timeline: str, today: date, people: Path | None, folder: Path) -> str:
    """Give the text of a plan that starts on a coming Monday, with time left to prepare."""
    text = (EXAMPLES / f"{timeline}.yaml").read_text(encoding="utf-8")
    start = first_monday(parse(text, timeline), today)
    text = re.sub(r"(?m)^start: \S+", f"start: {start}", text, count=1)
    renews = start + RENEWS_AFTER
    text = re.sub(r"(?m)^  renews: \S+", f"  renews: {renews}", text, count=1)
    if people is not None:
        text = _with_people(text, people, folder)
    return text if text.startswith(MODELINE) else MODELINE + text


def sampled(timeline: str, text: str, folder: Path) -> list[str]:
    """Write the people's files a plan names and nobody has yet, with made-up people; give them.

    So a plan can be looked at on the first morning, and its files show which columns they need. A
    file that is there stays as it is.
    """
    made = []
    for spec in parse(text, timeline).people:
        sample = EXAMPLES / "people" / timeline / spec.file
        if not sample.is_file():
            continue
        try:
            with (folder / spec.file).open("xb") as file:
                file.write(sample.read_bytes())
        except FileExistsError:
            continue
        made.append(spec.file)
    return made


def first_monday(plan: Plan, today: date) -> date:
    """Give the first Monday that leaves the days the plan prepares in."""
    return monday_of(today + plan.prepare + WEEK - timedelta(days=1))


def _with_people(text: str, people: Path, folder: Path) -> str:
    """Put the person's own file in place of the example's; known headers tell themselves."""
    try:
        named = people.resolve().relative_to(folder.resolve())
    except ValueError:
        named = people.resolve()
    with people.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header = next(csv.reader(file), [])
    says = f'{{kind: csv, file: "{named.as_posix()}", {_layout(header)}}}'
    line = f"people:\n  - {says}\n"
    return re.sub(r"(?m)^people:.*\n(?:[ #].*\n)+", lambda _: line, text, count=1)


def _layout(header: Sequence[str]) -> str:
    """Say whose headers these are; of another tool's, which column is which, where one can tell."""
    if "Email Address [Required]" in header:
        return "layout: google-workspace"
    names = {h.strip().lower(): h for h in header}
    found = {ours: names[h] for ours, theirs in _CALLED.items() for h in theirs if h in names}
    if set(names) <= set(_CALLED) or not {"email", "given", "family"} <= set(found):
        return "layout: plain"
    mapped = ", ".join(f"{ours}: {json.dumps(h, ensure_ascii=False)}" for ours, h in found.items())
    return f"columns: {{{mapped}}}"


_CALLED = {
    "identity": ("employee id", "employee number", "employee #", "personeelsnummer", "identity"),
    "email": ("mail", "e-mailadres", "e-mail", "user principal name", "work email", "email"),
    "given": ("voornaam", "given name", "first name", "given"),
    "family": ("achternaam", "surname", "family name", "last name", "family"),
    "site": ("vestiging", "locatie", "office", "location", "site"),
    "department": ("afdeling", "department"),
    "language": ("taal", "preferred language", "language"),
    "pilot": ("pilot",),
    "volunteer": ("vrijwilliger", "volunteer"),
    "usage": ("usage",),
    "manager": ("manager email", "reports to email", "manager"),
    "status": ("status",),
}
"""Our name -> what directories' and HR tools' exports call it, the likeliest last."""
