"""`changeover unknown list|resolve`: effects whose fate nobody knows."""

from typing import Literal

from cyclopts import App

from actions.settle_unknown import settle_unknown
from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token

unknown = App(name="unknown", help="Effects that may or may not have happened; a person finds out.")


@unknown.command(name="list")
def list_unknown(*, rollout: RolloutName = None) -> None:
    """List effects of unknown fate, each with its key and what is known."""
    with opened(rollout) as book:
        look = book.look()
    keys = look.unknown()
    for key in keys:
        step = look.steps[key]
        print(f"{key}   {step.at:%Y-%m-%d %H:%M} UTC   {step.detail}".rstrip())
    if not keys:
        print("none: every effect's fate is known")


@unknown.command
def resolve(
    key: str,
    outcome: Literal["done", "not-done"],
    *,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Record what you found out of the effect of a KEY; one that is not done is due again."""
    with opened(rollout) as book:
        by = book.proved(token)
        settle_unknown(book.door, key, by, now(), done=outcome == "done")
    again = "" if outcome == "done" else "; the next tick does it"
    print(f"{key}: {outcome}, found by {by}{again}")
