"""How much ceremony an organisation of a size needs (design: ceremony fits the organisation)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Helpers = Literal["off", "advisory", "block"]


@dataclass(frozen=True, slots=True)
class Ceremony:
    """The defaults for one size of organisation."""

    approvers: int
    """People who approve besides the one who asks."""
    approvers_to_retire: int
    typed_wait: timedelta | None
    """Where there is no second person: how long after typing it an approval starts to count."""
    cooling_off: timedelta
    helpers: Helpers
    """What missing buddies and champions do to readiness."""
    mails_a_week: int
    """Mails to one person in a week after launch."""
    baseline_survey: bool


_ONE_DAY = timedelta(days=1)
_SIZES = (
    (3, Ceremony(1, 1, _ONE_DAY, _ONE_DAY, "off", 1, baseline_survey=False)),
    (25, Ceremony(1, 1, None, timedelta(days=3), "advisory", 1, baseline_survey=False)),
)
_LARGE = Ceremony(1, 2, None, timedelta(days=14), "block", 2, baseline_survey=True)


def ceremony(people: int) -> Ceremony:
    """Give the ceremony for an organisation of so many people."""
    return next((c for at_most, c in _SIZES if people <= at_most), _LARGE)
