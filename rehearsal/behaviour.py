"""How simulated people behave: seeded rules, told by the person, the day and the purpose.

Nothing here knows of gates or verdicts. A draw depends on nothing but its own words, so that one
more person or mail changes nobody else's.
"""

import random
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

_LOOKS_UP_DAYS = 14
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Temper:
    """What a person is like: chances, 1 and more for sure, and a taste."""

    keen: float
    """Chance to use the new tool on a working day."""
    diligent: float
    """Chance to come to a training."""
    talkative: float
    """Chance to answer a survey."""
    pleased: float
    """What they think of the tool, from 1 to 10, give or take."""
    puzzled: float = 1.0
    """How much more than others they call for help after their first week; 0: never."""
    clinging: float = 0.04
    """Chance to look something up in the old system on one of the days after their start."""


AT_ONCE = Temper(keen=2.0, diligent=1.0, talkative=1.0, pleased=9.0, puzzled=0.0, clinging=0.0)
"""Somebody who takes to the tool at once: uses it daily, comes, answers, asks in week 1 alone."""


def chance(seed: int, *words: object) -> random.Random:
    """Give the dice that belong to some words."""
    return random.Random("/".join(map(str, (seed, *words))))


def draw(seed: int, *words: object) -> float:
    """Give the one number, from 0 to 1, that belongs to some words."""
    said = "/".join(map(str, (seed, *words))).encode()
    return int.from_bytes(blake2b(said, digest_size=7).digest(), "big") / 2**56


def temper(seed: int, email: str, *, early: bool) -> Temper:
    """Give a person's temper; those who come early are keener and better pleased."""
    dice = chance(seed, email, "temper")
    lift = 0.15 if early else 0.0
    return Temper(
        keen=min(0.97, dice.uniform(0.5, 0.95) + lift),
        diligent=min(0.98, dice.uniform(0.8, 0.97) + lift / 3),
        talkative=min(0.9, dice.uniform(0.25, 0.75) + lift),
        pleased=min(10.0, dice.gauss(8.0, 1.0) + lift * 3),
    )


def uses(seed: int, email: str, day: date, its: Temper, since: int) -> bool:
    """Whether a person uses the tool on a working day; they warm to it over the first days."""
    warmth = min(1.0, 0.75 + 0.08 * since)
    return draw(seed, email, day, "use") < its.keen * warmth


def uses_old(seed: int, email: str, day: date, its: Temper, since: int | None) -> bool:
    """Whether a person logs in to the old system, so many days after their start in the new."""
    often = 0.6 if since is None else its.clinging if since < _LOOKS_UP_DAYS else 0.0
    return day.weekday() <= _FRIDAY and draw(seed, email, day, "old") < often


def attends(seed: int, email: str, day: date, its: Temper) -> bool:
    """Whether a person comes to the training they are invited to."""
    return draw(seed, email, day, "attend") < its.diligent


def answers(seed: int, email: str, day: date, its: Temper) -> tuple[int, int] | None:
    """Give satisfaction 1-10 and recommendation 0-10, or None where they let the survey lie."""
    dice = chance(seed, email, day, "answer")
    if dice.random() >= its.talkative:
        return None
    satisfied = round(min(10, max(1, dice.gauss(its.pleased, 0.8))))
    return satisfied, round(min(10, max(0, dice.gauss(its.pleased + 0.5, 1.0))))


def calls(seed: int, email: str, day: date, its: Temper, since: int) -> bool:
    """Whether a person calls for help: often in their first week, seldom later."""
    return draw(seed, email, day, "call") < (0.14 if since < 7 else 0.03 * its.puzzled)
