"""Whether evidence can be believed: what no judge may take for a pass, nor for a zero."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import pandas as pd

from config.names import Severity
from gates.days import EPOCH, Days
from gates.frames import Frames
from gates.moment import Moment
from gates.readings import Quality
from gates.wording import count


@dataclass(frozen=True, slots=True)
class Health:
    """What a reading is told of the tables it rests on."""

    quality: Quality
    doubt: str
    as_of: datetime | None
    """When the oldest of the tables was written; None where one was never heard."""


Flaw = tuple[Quality, str]

ORDER = (
    Quality.SILENT,
    Quality.FUTURE,
    Quality.CONTRADICTORY,
    Quality.NAN,
    Quality.STALE,
    Quality.EMPTY,
)
"""Where several things are wrong, the first of these is told."""

OUR_OWN = frozenset({"people", "incidents", "checklist", "everyone", "asked"})
"""Kept by ourselves and read at the look itself. An empty register of incidents says that nothing
went wrong (that nobody is there is said apart), and a phase just resumed need not wait for one to
be written anew: that would pause it again for good."""


class Checkup:
    """Looks at tables at a moment, each once however many readings rest on it."""

    def __init__(self, frames: Frames, moment: Moment) -> None:
        self._frames, self._moment = frames, moment
        self._flaws: dict[str, tuple[Flaw, ...]] = {}

    def health(self, tables: tuple[str, ...]) -> Health:
        """Look at the named tables; the first flaw in `ORDER` is told."""
        written = [self._frames.as_of.get(name) for name in tables if name != "people"]
        heard = [as_of for as_of in written if as_of is not None]
        as_of = min(heard) if heard and len(heard) == len(written) else None
        flaws = [flaw for name in tables for flaw in self._of(name)]
        quality, doubt = min(flaws, key=lambda f: ORDER.index(f[0]), default=(Quality.OK, ""))
        return Health(quality, doubt, as_of)

    def _of(self, name: str) -> tuple[Flaw, ...]:
        if name not in self._flaws:
            self._flaws[name] = tuple(_flaws(self._frames, name, self._moment))
        return self._flaws[name]


def _flaws(frames: Frames, name: str, moment: Moment) -> Iterator[Flaw]:
    as_of = frames.as_of.get(name)
    if as_of is not None:
        yield from _age(frames, name, as_of, moment)
    elif name != "people":
        yield Quality.SILENT, f"{name}: nothing was ever read"
    if not frames.size(name) and name not in OUR_OWN:
        yield Quality.EMPTY, f"{name}: the table is empty"
    if name == "people" or len(frames.table(name)):  # no row of theirs can be wrong otherwise
        yield from CHECKS[name](frames.table(name), moment)
    if name in frames.days:
        yield from _rolled_up(name, frames.days[name], moment)


def _age(frames: Frames, name: str, as_of: datetime, moment: Moment) -> Iterator[Flaw]:
    if as_of > moment.now:
        yield Quality.FUTURE, f"{name}: written {as_of:%Y-%m-%d %H:%M} UTC, after now"
    age = moment.now - as_of
    allowed = frames.fresh.get(name)
    if allowed is not None and age > allowed:
        hours, most = age.total_seconds() / 3600, allowed.total_seconds() / 3600
        yield Quality.STALE, f"{name}: {hours:.0f} hours old, at most {most:g} allowed"
    if name not in OUR_OWN and moment.older_than_restart(as_of):
        yield Quality.STALE, f"{name}: not written since the phase was resumed"


def _people(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _later(frame["activated_on"], moment.today, "people: activations")
    if frame.empty:  # whatever other phases have
        yield Quality.EMPTY, "nobody is in this phase"


def _activity(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("person", "day"), "activity")
    yield from _later(frame["day"], moment.today, "activity: days")


def _attendance(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("person", "day"), "attendance")
    yield from _later(frame["day"], moment.today, "attendance: days")
    if frame.duplicated(["person", "day"]).any():
        twice = frame.drop_duplicates().duplicated(["person", "day"])
        yield from _odd(twice, "attendance", "both present and absent on one day")


def _answers(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("id", "at"), "answers")
    yield from _later_than_now(frame["at"], moment, "answers")
    yield from _twice(frame, "answers")
    satisfaction, nps = frame["satisfaction"], frame["nps"]
    outside = satisfaction.notna() & ~satisfaction.between(1, 10)
    yield from _odd(outside, "answers", "with a satisfaction outside 1-10")
    outside = nps.notna() & (~nps.between(0, 10) | (nps % 1 != 0))
    yield from _odd(outside, "answers", "with an NPS that is no whole number from 0 to 10")


def _tickets(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("id", "opened"), "tickets")
    yield from _later(frame["opened"], moment.today, "tickets: openings")
    yield from _later(frame["closed"], moment.today, "tickets: closings")
    yield from _twice(frame, "tickets")
    yield from _odd(frame["closed"] < frame["opened"], "tickets", "closed before it was opened")


def _incidents(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("id", "severity", "opened"), "incidents")
    yield from _later_than_now(frame["opened"], moment, "incidents")
    yield from _later_than_now(frame["closed"], moment, "incidents")
    yield from _twice(frame, "incidents")
    yield from _odd(frame["closed"] < frame["opened"], "incidents", "closed before it was opened")
    unknown = frame["severity"].notna() & ~frame["severity"].isin([s.value for s in Severity])
    yield from _odd(unknown, "incidents", "of a severity nobody knows")


def _work(name: str, frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("person", "day", "workflow"), name)
    yield from _later(frame["day"], moment.today, f"{name}: days")
    yield from _odd(frame["times"] < 0, name, "done less than no times")


def _rolled_up(name: str, days: Days, moment: Moment) -> Iterator[Flaw]:
    """Look at what came by the day; whoever and whenever are never missing there."""
    last = days.after((moment.today - EPOCH).days)
    if last is not None:
        yield Quality.FUTURE, f"{name}: days after today, up to {last}"
    if number := days.below():
        yield Quality.CONTRADICTORY, f"{name}: {count(number, 'row')} done less than no times"


def _old_logins(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("person", "day"), "old_logins")
    yield from _later(frame["day"], moment.today, "old_logins: days")


def _everyone(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _later(frame["moved_on"], moment.today, "everyone: moves")


def _asked(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("person", "at"), "asked")
    yield from _later_than_now(frame["at"], moment, "asked")


def _measured(frame: pd.DataFrame, moment: Moment) -> Iterator[Flaw]:
    yield from _gaps(frame, ("measure", "person", "week", "value"), "measured")
    yield from _later(frame["week"], moment.today, "measured: weeks")
    twice = frame.drop_duplicates().duplicated(["measure", "person", "week"])
    yield from _odd(twice, "measured", "that give one week of a person two values")


def _nothing_wrong(_: pd.DataFrame, __: Moment) -> Iterator[Flaw]:
    yield from ()


CHECKS: dict[str, Callable[[pd.DataFrame, Moment], Iterator[Flaw]]] = {
    "people": _people,
    "activity": _activity,
    "attendance": _attendance,
    "answers": _answers,
    "tickets": _tickets,
    "incidents": _incidents,
    "workflows": partial(_work, "workflows"),
    "old_work": partial(_work, "old_work"),
    "old_logins": _old_logins,
    "checklist": _nothing_wrong,
    "everyone": _everyone,
    "asked": _asked,
    "measured": _measured,
}


def _gaps(frame: pd.DataFrame, columns: tuple[str, ...], what: str) -> Iterator[Flaw]:
    for column in columns:
        if missing := int(frame[column].isna().sum()):
            yield Quality.NAN, f"{what}: {count(missing, 'row')} without {column}"


def _later(days: pd.Series, today: date, what: str) -> Iterator[Flaw]:
    late = days[days > pd.Timestamp(today)]
    if len(late):
        yield Quality.FUTURE, f"{what} after today, up to {late.max():%Y-%m-%d}"


def _later_than_now(moments: pd.Series, moment: Moment, what: str) -> Iterator[Flaw]:
    if late := int((moments > pd.Timestamp(moment.now)).sum()):
        yield Quality.FUTURE, f"{what}: {count(late, 'row')} dated after now"


def _twice(frame: pd.DataFrame, what: str) -> Iterator[Flaw]:
    if frame["id"].is_unique:
        return
    # The same row read twice is a nuisance; one id with two contents is a contradiction.
    yield from _odd(frame.drop_duplicates().duplicated("id"), what, "with an id given twice")


def _odd(rows: pd.Series, what: str, how: str) -> Iterator[Flaw]:
    if number := int(rows.sum()):
        yield Quality.CONTRADICTORY, f"{what}: {count(number, 'row')} {how}"
