"""Read activity, attendance, answers and tickets into the ledger, by person key."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.desk import Desk
from actions.outcome import Outcome
from connectors.errors import OutsideError
from ledger import evidence, leases, people

if TYPE_CHECKING:
    from connectors.ports import Sheet

Rows = list[dict[str, Any]]


def collect_feedback(desk: Desk, now: datetime) -> Outcome:
    """Read every source the plan names. One that cannot be read is told, and judged as silent."""
    words: list[str] = []
    fresh = 0
    for source, shape in _SHAPES.items():
        try:
            sheet = getattr(desk.outside, source).read(now)
        except OutsideError as error:
            words.append(f"{source}: {error}")
            continue
        fresh += _keep(desk, source, sheet, shape, now)
    return Outcome(done=fresh, words=tuple(words))


def _keep(
    desk: Desk,
    source: str,
    sheet: "Sheet",
    shape: Callable[[Mapping[str, Any], str | None], dict[str, Any]],
    now: datetime,
) -> int:
    with desk.door.write("collect-feedback") as tx:
        leases.renew(tx, desk.held())
        keys = people.by_email(people.everyone(tx, desk.rollout))
        rows: Rows = []
        for record in sheet.frame.astype(object).to_dict("records"):
            found = {str(k): _plain(v) for k, v in record.items()}
            person = keys.get(str(found.get("email") or "").lower())
            if person is not None or _names_nobody(source, found):
                rows.append(shape(found, person))
        if sheet.as_of is not None:
            evidence.note(tx, desk.rollout, source, sheet.as_of, len(rows), now)
        return evidence.put(tx, desk.rollout, source, rows)


def _names_nobody(source: str, found: Mapping[str, Any]) -> bool:
    """Whether a row counts although it is nobody's: any answer, and a call that has no address.

    A call from an address that none of the people has is not theirs: customers call, too.
    """
    return source == "answers" or (source == "tickets" and not found.get("email"))


def _plain(value: object) -> object:
    """Give a cell as plain Python; what is missing (None, NaN, NaT) is None."""
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN is not itself


def _moment(value: Any) -> Any:  # noqa: ANN401 - a pandas Timestamp or a datetime
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


_SHAPES: dict[str, Callable[[Mapping[str, Any], str | None], dict[str, Any]]] = {
    "activity": lambda r, who: {"person": who, "day": r["day"]},
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
