"""Outlooks in words: "80 % expected by Mon 30 Mar (Fri 27 Mar - Mon 6 Apr)"."""

from datetime import timedelta

from config.names import Metric
from gates.decision import Decision
from gates.forecast import Forecast
from gates.outlook import outlooks
from gates.outlook_scene import Outlook
from gates.wording import day


def expected(decision: Decision) -> dict[Metric, str]:
    """Say when each criterion will be met, or why it is not forecast; nothing where it is met."""
    said = {
        metric: "; ".join(_say(decision, outlook) for outlook in found)
        for metric, found in outlooks(decision).items()
    }
    return {metric: text for metric, text in said.items() if text}


def _say(decision: Decision, outlook: Outlook) -> str:
    found = outlook.forecast
    if found is None:
        return outlook.why
    last = _on(decision, found.last_day)
    if not found.possible:
        return f"{outlook.what} cannot be met by {last}"
    if found.expected:
        within = _within(decision, found)
        return f"{outlook.what} expected by {_on(decision, found.middle)}{within}"
    if found.earliest is None:
        return f"{outlook.what} not expected by {last} (a chance of {_chance(found)})"
    since = f"if at all, hardly before {_on(decision, found.earliest)}"
    return f"{outlook.what} not expected by {last} (a chance of {_chance(found)}; {since})"


def _within(decision: Decision, found: Forecast) -> str:
    if found.earliest == found.latest:
        return ""
    latest = f"after {_on(decision, found.last_day)}"
    if found.latest is not None:
        latest = _on(decision, found.latest)
    return f" ({_on(decision, found.earliest)} - {latest})"


def _on(decision: Decision, number: int | None) -> str:
    assert number is not None  # noqa: S101 - asked of days there are
    return day(decision.moment.launched_on + timedelta(days=number - 1))


def _chance(found: Forecast) -> str:
    return "less than 1 %" if found.chance < 0.01 else f"{found.chance:.0%}".replace("%", " %")
