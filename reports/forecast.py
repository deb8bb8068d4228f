"""The forecast of adoption in words: "80 % expected by Mon 30 Mar (Fri 27 Mar - Mon 6 Apr)"."""

from datetime import timedelta

from config.criteria import Adopted
from config.names import Metric
from gates.credibility import doubt
from gates.decision import Decision
from gates.forecast import Forecast, forecast
from gates.forecast_cloud import Curve
from gates.readings import AdoptedReading
from gates.shares import needed
from gates.wording import day, percent

LIKELY = 0.5


def expected(decision: Decision) -> str:
    """Say when the bar and the goal of adoption will be met; nothing where that is known."""
    criterion, reading = decision.gate.adopted, decision.reading(Metric.ADOPTED)
    if criterion is None or not isinstance(reading, AdoptedReading) or doubt(reading):
        return ""
    shares = dict.fromkeys((criterion.to_advance, criterion.goal.share))
    said = [_share(decision, criterion, reading, share) for share in shares]
    return "; ".join(filter(None, said))


def _share(decision: Decision, criterion: Adopted, reading: AdoptedReading, share: float) -> str:
    launched = decision.moment.launched_on
    last = criterion.goal.days
    if reading.goal_ends_on is not None:
        last = (reading.goal_ends_on - launched).days + 1
    curve = Curve(reading.cohort, reading.series, launched.weekday())
    earlier = [Curve(e.people, e.adopted, e.launched_on.weekday()) for e in decision.earlier]
    found = forecast(curve, needed(share, reading.cohort), last, earlier)
    return "" if found is None else _say(decision, found, percent(share))


def _say(decision: Decision, found: Forecast, share: str) -> str:
    def on(number: int | None) -> str:
        if number is None:
            return "never"
        return day(decision.moment.launched_on + timedelta(days=number - 1))

    if found.middle is None or found.chance < LIKELY:
        return f"{share} not expected by {on(found.last_day)} (a chance of {found.chance:.0%})"
    return f"{share} expected by {on(found.middle)} ({on(found.earliest)} - {on(found.latest)})"
