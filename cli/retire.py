"""`changeover retire`: ask for the old system's end."""

import html
import re
from typing import Annotated

from cyclopts import Parameter

from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION


class NoReasonError(Exception):
    """Nobody said why. The message says how to."""


Only = Annotated[
    bool, Parameter(name="--look", negative="", help="Ask for nothing: show what holds.")
]


def retire(
    *,
    reason: Reason | None = None,
    look: Only = False,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Ask for the old system to be retired: frozen, archived, proved, approved, cooled off, off."""
    if look:
        print(_conditions(rollout))
        return
    if reason is None:
        raise NoReasonError("say why: `changeover retire --reason WORDS`; it stands in the history")
    record(OrderKind.RETIRE, DECOMMISSION, reason, rollout, token)
    print(
        "Nothing is switched off before others have approved; `changeover status` says what waits."
    )


def _conditions(rollout: str | None) -> str:
    """Look at the old system now, and change nothing."""
    from actions.desk import at_desk
    from actions.retirement_look import look, shown

    with opened(rollout) as book:
        name = book.name
    with at_desk(name) as desk:
        return _for_a_terminal(shown(look(desk, now())))


def _for_a_terminal(markdown: str) -> str:
    """Take off what keeps words from being read as Markdown or HTML: here nothing reads them so."""
    return html.unescape(re.sub(r"\\([\\`*_\[\]|])", r"\1", markdown))
