"""Laying a document's rows out as frames, and measuring them: what needs tables, apart."""

from typing import Any

from gates.ahead import Ahead
from gates.case import Case
from gates.frames import COLUMNS, Frames, table
from gates.measuring import measure
from gates.measuring_ahead import ahead_of
from gates.readings import Reading
from gates.sheets import Sheets


def laid_out(sheets: Sheets) -> Frames:
    """Make frames of a document's rows; ValueError where they contradict their shape."""
    rows = {name: [dict(row) for row in getattr(sheets, name) or ()] for name in COLUMNS}
    tables: dict[str, Any] = {name: table(name, found) for name, found in rows.items()}
    return Frames(
        **tables,
        as_of={str(name): at for name, at in sheets.as_of.items()},
        fresh={str(name): span for name, span in sheets.fresh.items()},
        changes=sheets.changes,
        outages=sheets.outages,
        everybody_asked=sheets.asked is None,
        setting=sheets.setting,
        before=table("answers", [dict(row) for row in sheets.before]),
        before_people=sheets.before_people,
        rows={str(name): number for name, number in sheets.rows.items()},
    )


def readings_of(case: Case) -> tuple[Reading, ...]:
    """Give a case's readings: its own, or measured from its frames."""
    if case.readings is not None or case.frames is None:
        return case.readings or ()
    return tuple(measure(laid_out(case.frames), case.gate, case.moment).values())


def ahead_in(case: Case) -> Ahead | None:
    """Give what a case's forecasts are made from: its own, or measured from its frames."""
    if case.ahead is not None or case.frames is None:
        return case.ahead
    return ahead_of(laid_out(case.frames), case.gate, case.moment)
