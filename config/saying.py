"""What pydantic finds wrong with a plan, in the words of its writer: what, and how to write it."""

import difflib
from typing import Any

from config.organisation import SLUG
from config.outside import ADDRESS
from config.plan import Plan

Place = tuple[str | int, ...]

_BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "more than",
    "less_than_equal": "at most",
    "less_than": "less than",
}
"""Kinds of pydantic's errors whose context is one bound, and how it is said."""

_WRITTEN = {
    **dict.fromkeys(("int_parsing", "int_from_float", "int_type"), "whole number; write it like 2"),
    **dict.fromkeys(("float_parsing", "float_type"), "number; write it like 7 or 7.5"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "yes or no; write true or false"),
    **dict.fromkeys(
        (
            *("date_from_datetime_parsing", "date_from_datetime_inexact"),
            *("date_parsing", "date_type"),
        ),
        "day there is; write it like 2026-03-02",
    ),
    "string_type": "text; write words here",
    **dict.fromkeys(
        ("tuple_type", "list_type"), "list; write one item a line, each after a hyphen"
    ),
    **dict.fromkeys(("dict_type", "model_type"), "group of keys; write key: value"),
}

NEAR = 0.65
"""How like a key a slip is, from 0 to 1: so `lang` is language, and `mood` no method."""

_PATTERNS = {
    ADDRESS: "is no e-mail address; write it like name@acme.example",
    SLUG: "is no short name; small letters, digits and hyphens: core-team",
}


def words(error: Any, place: Place) -> str:  # noqa: ANN401 - pydantic's dict
    """Give the sentence for one of pydantic's errors at a place of the plan."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind in {"extra_forbidden", "invalid_key"}:
        instead = "; keys are words" if kind == "invalid_key" else _near(str(place[-1]))
        return f"is no key of a plan{instead}"
    if kind == "missing":
        return "is missing; write it here"
    if given is None:
        return "is empty; write a value, or take the key out"
    if kind in {"enum", "literal_error"}:
        return f"{given!r} is not known; use {context['expected']}"
    if kind == "union_tag_invalid":
        known = " or ".join(context["expected_tags"].split(", "))
        return f"kind: {context['tag']} is not known; use {known}"
    if kind == "union_tag_not_found":
        return "kind is missing; write what kind it is"
    if kind == "too_short":
        return f"is empty; write at least {context['min_length']}"
    return _of_value(kind, given, context, str(error["msg"]))


def _of_value(kind: str, given: object, context: dict[str, Any], said: str) -> str:
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return f"{given!r} {_PATTERNS[context['pattern']]}"
    if kind in {"value_error", "assertion_error"}:
        return said.split(", ", 1)[-1]
    if kind in _WRITTEN:
        return f"{given!r} is no {_WRITTEN[kind]}"
    if kind in _BOUNDS:
        (bound,) = context.values()
        limit = bound if isinstance(bound, str) else f"{bound:g}"
        return f"{given} is out of range; {_BOUNDS[kind]} {limit}"
    shown = given if isinstance(given, str | int | float) else "this"
    return f"{shown!r}: {said[0].lower()}{said[1:]}"


def _near(key: str) -> str:
    names: set[str] = set()
    for model in Plan.model_json_schema()["$defs"].values():
        names |= set(model.get("properties", {}))
    # What is a key elsewhere is no slip of the pen here.
    known = names | set(Plan.model_fields)
    close = difflib.get_close_matches(key, known, 1, NEAR) if key not in known else ()
    return f"; did you mean {close[0]}?" if close else "; `changeover schema` lists them"
