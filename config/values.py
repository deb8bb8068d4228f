"""Small values a plan is written in: percentages, shares, clock times, zones, goals.

Each is written as text a person would write ("10-20%", "06:00") and refused with the
sentence that says how to write it.
"""

import re
from datetime import date, time, timedelta
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from config.describing import descriptions


class Part(BaseModel):
    """A part of the plan: frozen, and a key it does not know is refused."""

    # Built when a plan is first read, each part once, within those it belongs to.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say in the JSON Schema what each key means.

        Pydantic's own way, `use_attribute_docstrings`, reads every part's source at its import: a
        tenth of what a quick command takes in all.
        """
        schema = handler(core)
        keys = handler.resolve_ref_schema(schema)["properties"]
        for key, said in descriptions(cls).items():
            keys[key].setdefault("description", said)
        return schema


def _percent(value: object) -> float:
    """Read "80%" as 0.8."""
    if isinstance(value, float) and 0 <= value <= 1:
        return value
    found = (
        re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%", value.strip()) if isinstance(value, str) else None
    )
    if found is None or float(found[1]) > 100:
        msg = f"{value!r} is no percentage; write it like 80%, between 0% and 100%"
        raise ValueError(msg)
    return float(found[1]) / 100


def percent_text(value: float) -> str:
    """Write 0.8 as "80%", with every digit a person would write: reading it back gives it again."""
    return f"{value * 100:.12g}%"


Percent = Annotated[
    float,
    BeforeValidator(_percent),
    PlainSerializer(percent_text, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d+)? ?%$"}),
]
"""A fraction between 0 and 1, written "80%"."""


class Range(Part):
    """A share of all people, from `low` to `high`, both fractions between 0 and 1."""

    low: float
    high: float

    def __str__(self) -> str:
        """Write the range as the plan does."""
        low, high = percent_text(self.low), percent_text(self.high)
        return high if self.low == self.high else f"{low[:-1]}-{high}"


def _range(value: object) -> object:
    if isinstance(value, Range | dict):
        return value
    text = value.strip() if isinstance(value, str) else ""
    found = re.fullmatch(r"(\d{1,3})(?: ?- ?(\d{1,3}))? ?%", text)
    if found is None:
        msg = f"{value!r} is no share; write it like 10-20% or 50%"
        raise ValueError(msg)
    low, high = int(found[1]), int(found[2] or found[1])
    if not 0 < low <= high <= 100:
        msg = f"{value!r} is no share: the lower bound comes first, both between 1% and 100%"
        raise ValueError(msg)
    return Range(low=low / 100, high=high / 100)


Share = Annotated[
    Range,
    BeforeValidator(_range),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}( ?- ?\d{1,3})? ?%$"}),
]
"""A range of fractions, written "10-20%" or "50%"."""


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if found is None:
        msg = f"{value!r} is no time of day; write it like 06:00, from 00:00 to 23:59"
        raise ValueError(msg)
    return time(int(found[1]), int(found[2]))


Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda t: t.strftime("%H:%M"), when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$"}),
]
"""A local time of day, written "06:00"."""


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A day, written 2026-03-02, far enough from the first and last there are to reckon with weeks."""


# Each asking walks the folders of the time zone data anew.
_zones = cache(available_timezones)


def _zone(value: object) -> str:
    if not isinstance(value, str) or value not in _zones():
        msg = f"{value!r} is no time zone; write an IANA name like America/Paramaribo"
        raise ValueError(msg)
    return value


Zone = Annotated[str, BeforeValidator(_zone)]
"""The name of an IANA time zone."""


def _span(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,4}) ?(h|d)", value) if isinstance(value, str) else None
    if found is None:
        msg = f"{value!r} is no length of time; write it like 36h or 14d"
        raise ValueError(msg)
    return timedelta(**{"h": {"hours": int(found[1])}, "d": {"days": int(found[1])}}[found[2]])


def _span_text(value: timedelta) -> str:
    hours = int(value.total_seconds() // 3600)
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


def span_words(value: timedelta) -> str:
    """Say a length of time as people do: 14 days, 36 hours."""
    number, unit = int(_span_text(value)[:-1]), {"d": "day", "h": "hour"}[_span_text(value)[-1]]
    return f"{number} {unit}" + ("" if number == 1 else "s")


Span = Annotated[
    timedelta,
    BeforeValidator(_span),
    PlainSerializer(_span_text, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,4} ?(h|d)$"}),
]
"""A length of time in hours or days, written "36h" or "14d"."""


class Goal(Part):
    """A share of people (fraction) that is to be reached within a number of days each."""

    share: float
    days: int

    def __str__(self) -> str:
        """Write the goal as the plan does."""
        return f"{percent_text(self.share)} within {self.days} days"


def _goal(value: object) -> object:
    if isinstance(value, Goal | dict):
        return value
    found = (
        re.fullmatch(r"(\S+ ?%) within (\d{1,3}) days", value) if isinstance(value, str) else None
    )
    if found is None or not 7 <= int(found[2]) <= 90:
        msg = f"{value!r} is no goal; write it like 80% within 28 days (7 to 90 days)"
        raise ValueError(msg)
    return Goal(share=_percent(found[1]), days=int(found[2]))


AdoptionGoal = Annotated[
    Goal,
    BeforeValidator(_goal),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)? ?% within \d{1,3} days$"}),
]
"""A goal with its time, written "80% within 28 days"."""
