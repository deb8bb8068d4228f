"""Whether the SQL of a plan, which is first run months later, may be run at all."""

from collections.abc import Callable, Iterator, Sequence

from config.outside import SqlSwitch, Switch
from config.plan import Plan
from config.statements import (
    UnfitStatementError,
    checked_right,
    checked_select,
    checked_update,
    is_update,
)

Place = tuple[str | int, ...]
Wrong = Iterator[tuple[Place, str]]


def check_sql(plan: Plan) -> Wrong:
    """Give each switch and question that would be refused on its day, and why."""
    old = plan.old_system
    for stage, switches in (("freeze", old.freeze), ("off", old.off)):
        yield from _switches(("old_system", stage), switches)
    if person := old.person:
        place = ("old_system", "person")
        yield from _said((*place, "read"), lambda: checked_select(person.read, {"email"}))
        yield from _said((*place, "set"), lambda: checked_update(person.set, {"email", "value"}))
    for name, asked in (("logins", old.logins), ("attempts", old.attempts)):
        if asked is not None:
            yield from _select(("old_system", name), asked)
    for number, question in enumerate(plan.decommission.questions):
        yield from _select(("decommission", "questions", number, "sql"), question.sql)


def _switches(place: Place, switches: Sequence[Switch]) -> Wrong:
    names: set[str] = set()
    for number, switch in enumerate(switches):
        here = (*place, number)
        # By its name a switch is recorded, and its earlier value kept.
        if switch.name.lower() in names:
            yield (*here, "name"), f"{switch.name} names two switches; give each its own name"
        names.add(switch.name.lower())
        if isinstance(switch, SqlSwitch):
            yield from _select((*here, "read"), switch.read)
            yield from _said((*here, "set"), _setting(switch))


def _setting(switch: SqlSwitch) -> Callable[[], object]:
    def look() -> None:
        if is_update(switch.set):
            checked_update(switch.set, {"value"})
        else:
            checked_right(switch.set, switch.to)

    return look


def _select(place: Place, statement: str) -> Wrong:
    yield from _said(place, lambda: checked_select(statement, set()))


def _said(place: Place, look: Callable[[], object]) -> Wrong:
    try:
        look()
    except UnfitStatementError as error:
        yield place, str(error)
