"""Frames: one phase's evidence as tables, checked for shape when they come in.

What a table *says* is judged later and ends in the reading's quality; a table of another
*shape* is a mistake of ours and is refused here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, cast

import numpy as np
import pandas as pd

from gates.changes import Change
from gates.days import Days
from gates.outage import Outage
from gates.setting import Setting

Kind = Literal["text", "day", "moment", "number", "truth"]

_WORK: dict[str, Kind] = {"person": "text", "day": "day", "workflow": "text", "times": "number"}

COLUMNS: dict[str, dict[str, Kind]] = {
    "people": {
        "person": "text",
        "site": "text",
        "department": "text",
        "activated_on": "day",
        "invited": "truth",
    },
    "activity": {"person": "text", "day": "day"},
    "attendance": {"person": "text", "day": "day", "attended": "truth"},
    "answers": {
        "id": "text",
        "person": "text",
        "at": "moment",
        "satisfaction": "number",
        "nps": "number",
    },
    "tickets": {"id": "text", "person": "text", "opened": "day", "closed": "day", "tier": "number"},
    "incidents": {
        "id": "text",
        "severity": "text",
        "title": "text",
        "opened": "moment",
        "closed": "moment",
        "workaround": "text",
    },
    "workflows": _WORK,
    "old_work": _WORK,
    "old_logins": {"person": "text", "day": "day"},
    "checklist": {"item": "text", "confirmed": "truth"},
    "everyone": {"person": "text", "moved_on": "day"},
    "asked": {"person": "text", "at": "moment"},
    "measured": {"measure": "text", "person": "text", "week": "day", "value": "number"},
}
"""Columns of each table. Days are midnights without a zone, moments are UTC."""

DAILY = frozenset({"activity", "workflows", "old_work"})
"""Tables of what people do day after day, which may come rolled up (`gates.days`)."""

MEANT: dict[Kind, str] = {
    "text": "text (str, or category of it)",
    "day": "days (datetime64 without a zone, at midnight)",
    "moment": "moments (datetime64 in UTC)",
    "number": "numbers",
    "truth": "true or false, none missing",
}


@dataclass(frozen=True)
class Frames:
    """One phase's cohort and its evidence; ValueError where a table has not the agreed shape."""

    people: pd.DataFrame
    """The cohort as it is today; who left or is excluded is in `changes`."""
    activity: pd.DataFrame
    attendance: pd.DataFrame
    answers: pd.DataFrame
    tickets: pd.DataFrame
    incidents: pd.DataFrame
    as_of: Mapping[str, datetime | None]
    """When each table was last written; None, or no entry: its source was never heard."""
    fresh: Mapping[str, timedelta] = field(default_factory=dict)
    """How old each table may be; no entry: any age."""
    changes: tuple[Change, ...] = ()
    outages: tuple[Outage, ...] = ()
    """Days taken from the people of a site."""
    before: pd.DataFrame = field(default_factory=lambda: table("answers"))
    """Answers of people who moved in earlier phases, for a cohort too small to be shown alone."""
    before_people: int = 0
    """How many people those phases have."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows each whole source has, other phases' included; no entry: those of the frame."""
    workflows: pd.DataFrame = field(default_factory=lambda: table("workflows"))
    """Work done in the new tool, by everybody who has moved."""
    old_work: pd.DataFrame = field(default_factory=lambda: table("old_work"))
    """Work the cohort still does in the old system."""
    old_logins: pd.DataFrame = field(default_factory=lambda: table("old_logins"))
    """The cohort's last log-in to the old system."""
    checklist: pd.DataFrame = field(default_factory=lambda: table("checklist"))
    """What is to be confirmed for this phase, and whether it is."""
    everyone: pd.DataFrame = field(default_factory=lambda: table("everyone"))
    """Everybody in scope, and when they moved; a missing day: not yet."""
    asked: pd.DataFrame = field(default_factory=lambda: table("asked"))
    """Who of the cohort was asked by survey, and when; heeded where not everybody was."""
    everybody_asked: bool = True
    """Whether answers are counted of the whole cohort, rather than of those asked."""
    measured: pd.DataFrame = field(default_factory=lambda: table("measured"))
    """Everybody's weeks (by their Monday) in what the work is measured by."""
    setting: Setting = field(default_factory=Setting)
    days: Mapping[str, Days] = field(default_factory=dict)
    """Rows of tables in `DAILY`, rolled up by the day; such a table itself is empty."""

    def __post_init__(self) -> None:
        for name in COLUMNS:
            _check(name, getattr(self, name))
        _check("answers", self.before)
        if others := set(self.days) - DAILY:
            raise ValueError(f"{', '.join(sorted(others))}: not rolled up by the day; give rows")
        if twice := [name for name in self.days if len(self.table(name))]:
            raise ValueError(f"{', '.join(twice)}: both rows and days; give one of them")
        persons = self.people["person"]
        if persons.isna().any() or persons.duplicated().any():
            raise ValueError("people: each person needs a key of their own; remove the doubles")
        for name in (*self.as_of, *self.fresh, *self.rows):
            if name not in COLUMNS:
                known = ", ".join(COLUMNS)
                raise ValueError(f"{name!r} is no table of evidence; there are {known}")
        for name, moment in self.as_of.items():
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"as_of of {name} has no time zone; give it in UTC")

    def table(self, name: str) -> pd.DataFrame:
        """Give a table by its name."""
        return cast("pd.DataFrame", getattr(self, name))

    def size(self, name: str) -> int:
        """Give how many rows the source of a table has altogether."""
        here = len(self.table(name)) + (len(self.days[name]) if name in self.days else 0)
        return max(here, self.rows.get(name, 0))


def table(name: str, rows: Iterable[Mapping[str, object]] = ()) -> pd.DataFrame:
    """Make one table of `COLUMNS` from rows of plain values; a missing value is None.

    Days may be `date`, moments aware `datetime`. ValueError where a value cannot be read so.
    """
    known = list(rows)
    if not known:
        return _empty(name)
    return table_of(name, {c: [r.get(c) for r in known] for c in COLUMNS[name]})


@cache
def _empty(name: str) -> pd.DataFrame:
    """Make a table without rows once, for nobody writes into one: most of most looks have none."""
    return table_of(name, {column: [] for column in COLUMNS[name]})


def table_of(name: str, columns: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Make one table from its columns, all equally long, as `table` does from rows."""
    try:
        made = {
            column: _MAKE[kind](pd.Series(columns[column], dtype=object, name=column)).array
            for column, kind in COLUMNS[name].items()
        }
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}; mend the row or leave the value out") from error
    return pd.DataFrame(made)


def _truth(values: pd.Series) -> pd.Series:
    if values.isna().any():
        raise ValueError(f"column {values.name} must be true or false in every row")
    return values.astype(bool)


def _days(values: pd.Series) -> pd.Series:
    plain = values.to_numpy()
    if all(value is None or type(value) is date for value in plain):
        return pd.Series(plain.astype("datetime64[s]"))
    return pd.to_datetime(values).astype("datetime64[s]")


_MAKE: dict[Kind, Callable[[pd.Series], pd.Series]] = {
    "text": lambda values: values.astype("str"),
    "day": _days,
    "moment": lambda values: pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]"),
    "number": lambda values: pd.to_numeric(values).astype("float64"),
    "truth": _truth,
}


def _check(name: str, frame: pd.DataFrame) -> None:
    """Refuse a table whose columns or types are not as agreed."""
    if frame is _empty(name):
        return
    columns, had = COLUMNS[name], list(frame.columns)
    if len(had) != len(columns) or set(had) != set(columns):
        said, want = ", ".join(map(str, had)), ", ".join(columns)
        raise ValueError(f"{name} has columns {said or 'none'}; it needs exactly {want}")
    for column, values in frame.items():
        kind = columns[str(column)]
        if not _is(kind, values):
            found = values.dtype
            raise ValueError(f"{name}.{column} must hold {MEANT[kind]}; found {found}")


def _is(kind: Kind, values: pd.Series) -> bool:
    dtype = values.dtype
    match kind:
        case "text":
            return isinstance(dtype, pd.StringDtype) or _is_text(values)
        case "day":
            return dtype.kind == "M" and isinstance(dtype, np.dtype) and _at_midnight(values)
        case "moment":
            return isinstance(dtype, pd.DatetimeTZDtype) and str(dtype.tz) == "UTC"
        case "number":
            return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
        case "truth":
            return str(dtype) == "bool"


def _is_text(values: pd.Series) -> bool:
    dtype = values.dtype
    known = dtype.categories if isinstance(dtype, pd.CategoricalDtype) else values
    return isinstance(known.dtype, pd.StringDtype) or (
        known.dtype == object and pd.api.types.infer_dtype(known) in {"string", "empty"}
    )


def _at_midnight(values: pd.Series) -> bool:
    given = values.to_numpy()
    given = given[~np.isnat(given)]
    return bool((given == given.astype("datetime64[D]")).all())
