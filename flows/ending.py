"""How a run ends: in a state whose name says the verdict, green only where nobody is needed."""

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from actions.hands import discreet
from flows.order import Day

WORDS_AT_MOST = 12


def ending(day: Day) -> State[None]:
    """Give the final state of a run, its message for a person."""
    if day.busy:
        return Completed(name=day.name, message="another worker is at work on this rollout")
    if day.needs:
        return Failed(name=day.name, message=_said(day.needs))
    return Completed(name=day.name, message=_said([*day.moved, *day.words]))


def _said(words: list[str]) -> str:
    shown = [discreet(w) for w in dict.fromkeys(words)]
    more = len(shown) - WORDS_AT_MOST
    return "; ".join(shown[:WORDS_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
