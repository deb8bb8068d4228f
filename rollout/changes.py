"""What changed in the directory since the ledger last saw it; large changes are refused."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rollout.people import Entry, Person

VANISHED_AT_MOST = 0.2
FEW = 3
"""So many may vanish at once from any organisation, whatever their share."""


class UnsafeChangeError(Exception):
    """More people vanished at once than is likely. The message has both numbers."""


@dataclass(frozen=True, slots=True)
class Changes:
    """People to add and people to write anew."""

    joined: tuple[Person, ...]
    changed: tuple[Person, ...]
    left: tuple[str, ...]
    """Keys of those among `changed` who left."""


def changes(
    known: Mapping[str, Person],
    entries: Sequence[Entry],
    exclude: Mapping[str, str],
    today: date,
    first_number: int,
) -> Changes:
    """Compare the directory with the people known; UnsafeChangeError where too many vanished."""
    here = {e.identity.lower(): e for e in entries if e.active}
    by_identity = {p.entry.identity.lower(): p for p in known.values()}
    reasons = {address.lower(): why for address, why in exclude.items()}
    gone = [p for i, p in by_identity.items() if i not in here and p.left_on is None]
    staying = sum(1 for p in known.values() if p.left_on is None)
    at_most = max(FEW, math.floor(VANISHED_AT_MOST * staying))
    if len(gone) > at_most:
        msg = (
            f"{len(gone)} of {staying} people are no longer in the directory; at most {at_most} "
            "are taken as having left at once: look at the people's files"
        )
        raise UnsafeChangeError(msg)
    new = [e for i, e in here.items() if i not in by_identity]
    joined = [
        Person(f"p{n:05}", e, today, excluded=reasons.get(e.email.lower()))
        for n, e in enumerate(sorted(new, key=lambda e: e.identity.lower()), first_number)
    ]
    changed = [replace(p, left_on=today) for p in gone]
    for identity, person in by_identity.items():
        entry = here.get(identity)
        if entry is not None:
            fresh = replace(
                person, entry=entry, left_on=None, excluded=reasons.get(entry.email.lower())
            )
            # Nobody who left is moved again by coming back: a person decides.
            if person.left_on is None and fresh != person:
                changed.append(fresh)
    return Changes(tuple(joined), tuple(changed), tuple(p.key for p in gone))
