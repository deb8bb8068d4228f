"""`changeover evidence`: decisions as self-contained documents, for `changeover judge`."""

import json
import re
from typing import Annotated

from cyclopts import Parameter

from cli.book import opened
from cli.options import RolloutName
from ledger import decisions


class NoDecisionError(Exception):
    """A decision nobody took. The message says how to find those there are."""


def evidence(
    decision: Annotated[str | None, Parameter(help="As reports name it: d-0041.")] = None,
    *,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="All of them, as JSON Lines.")
    ] = False,
    phase: Annotated[str | None, Parameter(help="With --all: those of one phase.")] = None,
    rollout: RolloutName = None,
) -> None:
    """Print a DECISION with all it rests on: `changeover evidence d-0041 > d-0041.json`."""
    if every == (decision is not None):
        raise NoDecisionError("say which decision, like d-0041, or --all; `history --decided`")
    with opened(rollout) as book, book.door.read() as tx:
        if decision is None:
            for found in decisions.of_phase(tx, book.name, phase):
                print(json.dumps(document(found), ensure_ascii=False))
            return
        number = number_of(decision)
        one = None if number is None else decisions.one(tx, book.name, number)
    if one is None:
        msg = f"{decision} is no decision of {book.name}; `changeover history --decided` lists them"
        raise NoDecisionError(msg)
    print(json.dumps(document(one), ensure_ascii=False, indent=2))


def number_of(name: str) -> int | None:
    """Read d-0041, d-0041.json or 41; None where it is none of these."""
    found = re.fullmatch(r"(?:d-)?(\d{1,9})(?:\.json)?", name.strip())
    return int(found[1]) if found else None


def document(found: decisions.Decided) -> dict[str, object]:
    """Give a stored decision as the document that `changeover judge` reads."""
    return {**found.document, "name": decisions.name_of(found.id)}
