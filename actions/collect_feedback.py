"""Read what people did, answered and asked into the ledger, by person key."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from actions.collect_measures import collect_measures, collect_old_logins
from actions.desk import Desk
from actions.outcome import Outcome
from actions.roll_up import RolledUp, roll_up
from connectors.errors import OutsideError
from ledger import days, evidence, leases, people
from ledger.days import DAILY

if TYPE_CHECKING:
    from connectors.ports import Sheet


def collect_feedback(desk: Desk, now: datetime) -> Outcome:
    """Read every source the plan names. One that cannot be read is told, and judged as silent."""
    words: list[str] = []
    told: dict[str, Sheet | RolledUp] = {}
    with desk.door.read() as tx:
        keys = people.by_email(tx, desk.rollout)
    for source in SOURCES:
        try:
            told[source] = _read(desk, source, keys, now)
        except OutsideError as error:
            words.append(f"{source}: {error}")
    with desk.door.write("collect-feedback") as tx:
        leases.renew(tx, desk.held())
        fresh = sum(_keep(tx, desk.rollout, s, one, keys, now) for s, one in told.items())
    for collect in (collect_measures, collect_old_logins):
        more, said = collect(desk, now)
        fresh, words = fresh + more, words + said
    return Outcome(done=fresh, words=tuple(words))


def _read(desk: Desk, source: str, keys: Mapping[str, str], now: datetime) -> "Sheet | RolledUp":
    """Read a source; what people do day after day is rolled up as it comes."""
    port = getattr(desk.outside, source)
    if source not in DAILY:
        found: Sheet = port.read(now)
        return found
    # Of activity no row replaces another, so that its export need not be in memory as a whole.
    return roll_up(port.pieces(now) if source == "activity" else [port.read(now)], keys)


def _keep(
    tx: Connection,
    rollout: str,
    source: str,
    sheet: "Sheet | RolledUp",
    keys: Mapping[str, str],
    now: datetime,
) -> int:
    if isinstance(sheet, RolledUp):
        if sheet.as_of is not None:
            evidence.note(tx, rollout, source, sheet.as_of, sheet.rows, now)
        return days.put(tx, rollout, source, sheet.days)
    shape, rows = _SHAPES[source], []
    for record in _records(sheet):
        person = keys.get(str(record.get("email") or "").lower())
        if person is not None or _names_nobody(source, record):
            rows.append(shape(record, person))
    if sheet.as_of is not None:
        evidence.note(tx, rollout, source, sheet.as_of, len(rows), now)
    return evidence.put(tx, rollout, source, rows)


def _names_nobody(source: str, found: Mapping[str, Any]) -> bool:
    """Whether a row counts although it is nobody's: any answer, and a call that has no address.

    A call from an address that none of the people has is not theirs: customers call, too.
    """
    return source == "answers" or (source == "tickets" and not found.get("email"))


def _records(sheet: "Sheet") -> Iterator[dict[str, Any]]:
    """Give a sheet's rows as plain Python; what is missing (None, NaN, NaT) is None."""
    frame = sheet.frame
    if frame.empty:
        return iter(())
    names = [str(name) for name in frame.columns]
    columns = [[_plain(value) for value in frame[n].tolist()] for n in names]
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _plain(value: object) -> object:
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN is not itself


def _moment(value: Any) -> Any:  # noqa: ANN401 - a pandas Timestamp or a datetime
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


_SHAPES: dict[str, Callable[[Mapping[str, Any], str | None], dict[str, Any]]] = {
    "attendance": lambda r, who: {
        "person": who,
        "training": r["training"],
        "day": r["day"],
        "attended": bool(r["attended"]),
    },
    "answers": lambda r, who: {
        "id": r["id"],
        "person": who,
        "at": _moment(r["at"]),
        "satisfaction": r["satisfaction"],
        "nps": r["nps"],
        "comment": r["comment"],
    },
    "tickets": lambda r, who: {
        "id": r["id"],
        "person": who,
        "opened": r["opened"],
        "closed": r["closed"],
        "tier": r["tier"],
    },
}
SOURCES = ("activity", *_SHAPES, "workflows", "old_work")
