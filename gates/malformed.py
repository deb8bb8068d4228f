"""What is malformed in a document, in one line: where, what, and what to write instead."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from config.names import Metric

PROBLEMS_TOLD_AT_MOST = 5
SHOWN_AT_MOST = 40
"""Characters of a wrong value."""


class TwiceError(ValueError):
    """A key stands twice in one object of a document, so that it says two things. Keep one."""


def told(error: Exception, keys: Iterable[str] = ()) -> str:
    """Write what is malformed as one line; `keys` are those a document may have."""
    if not isinstance(error, ValidationError):
        said = " ".join(str(error).split()) or type(error).__name__
        outside = isinstance(error, ArithmeticError)
        return f"document: a date or number is out of all bounds ({said})" if outside else said
    known = frozenset(keys)
    found = error.errors(include_url=False)
    lines = [f"{_place(e)}: {_words(e, known)}" for e in found]
    more = len(lines) - PROBLEMS_TOLD_AT_MOST
    said = "; ".join([*lines[:PROBLEMS_TOLD_AT_MOST], *([f"and {more} more"] if more > 0 else [])])
    return " ".join(said.split())


def _place(error: Any) -> str:  # noqa: ANN401 - pydantic's dict
    """Name the place as a document has it: without the names of unions' members."""
    metrics = {m.value for m in Metric}
    steps = [
        str(step)
        for before, step in zip((None, *error["loc"]), error["loc"], strict=False)
        if not (isinstance(before, int) and step in metrics)
    ]
    return ".".join(steps) or "document"


def _words(error: Any, known: frozenset[str]) -> str:  # noqa: ANN401 - pydantic's dict
    kind, said = error["type"], str(error["msg"])
    shown = json.dumps(error["input"], default=str, ensure_ascii=False)[:SHOWN_AT_MOST]
    match kind:
        case "extra_forbidden":
            near = difflib.get_close_matches(str(error["loc"][-1]), sorted(known), 1)
            return f"no such key{f'; did you mean {near[0]}?' if near else ''}"
        case "missing":
            return "is missing"
        case "union_tag_invalid":
            tags = ", ".join(m.value for m in Metric)
            return f"{error['ctx']['tag']!r} is no metric; there are {tags}"
        case "union_tag_not_found":
            return "says no metric; write which one it is"
        case "json_invalid":
            return f"no JSON: {error['ctx']['error']}"
        case "model_type" | "model_attributes_type" if not error["loc"]:
            return "to be an object, {...}; several documents go one a line (JSON Lines)"
        case "value_error":
            return said.removeprefix("Value error, ")
        case _:
            return f"{said[:1].lower()}{said[1:]}, not {shown}"


def refuse_doubles(document: bytes) -> None:
    """Refuse a document in which a key stands twice; TwiceError says which.

    The JSON readers there are take the last one without a word. What is no JSON is left alone.
    """
    try:
        json.loads(document, object_pairs_hook=_once)
    except TwiceError:
        raise
    except (ValueError, RecursionError):
        return


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = sorted({key for key in names if names.count(key) > 1})
        raise TwiceError(f"document: {', '.join(twice)} stands twice in one object; keep one")
    return found
