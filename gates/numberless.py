"""Numbers that are none: NaN, infinite or null in a document's reading is no data, never zero."""

import json
from math import isfinite
from typing import Any, get_args

from gates.measured import Quality
from gates.readings import Reading

KINDS = {kind.model_fields["metric"].default.value: kind for kind in get_args(get_args(Reading)[0])}


def without_numberless(document: bytes) -> bytes | None:
    """Give a document whose readings with a number that is none say so; None: there is none such.

    Only where a document cannot be read as it is does anybody ask.
    """
    try:
        case = json.loads(document)
    except (ValueError, RecursionError):
        return None
    readings = case.get("readings") if isinstance(case, dict) else None
    if not isinstance(readings, list):
        return None
    said = [_said(reading) for reading in readings]
    return None if said == readings else json.dumps({**case, "readings": said}).encode()


def _said(reading: Any) -> Any:  # noqa: ANN401 - whatever somebody wrote
    kind = KINDS.get(reading.get("metric")) if isinstance(reading, dict) else None
    if kind is None:
        return reading
    numbers = {name for name, f in kind.model_fields.items() if f.annotation in {int, float}}
    none = [name for name, v in reading.items() if _is_none(v) or (v is None and name in numbers)]
    found = {**reading, **{n: [] if isinstance(reading[n], list) else 0 for n in none}}
    if isinstance(found.get("groups"), list):
        found["groups"] = [_of_group(group) for group in found["groups"]]
    if none and found.get("quality", Quality.OK) == Quality.OK:
        found |= {"quality": Quality.NAN, "doubt": f"{', '.join(none)}: no number"}
    return found


def _of_group(group: Any) -> Any:  # noqa: ANN401 - likewise
    return {**group, "reading": _said(group.get("reading"))} if isinstance(group, dict) else group


def _is_none(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_is_none, value))
    return isinstance(value, float) and not isfinite(value)
