"""Days and moments: working days of several countries, local days, local times that exist."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import holidays

DAY = timedelta(days=1)
LAST_WORKDAY = 4  # Friday, as date.weekday() counts
SEARCH_DAYS_AT_MOST = 30


def country_of(zone: str) -> str | None:
    """Tell the ISO 3166 country of a zone (CLDR, by Babel); None where it has none, such as UTC."""
    from babel.core import get_global  # noqa: PLC0415 - Babel's data, only when planning

    found: str | None = get_global("zone_territories").get(zone)
    return found


@cache
def _holidays(country: str) -> "holidays.HolidayBase | None":
    import holidays  # noqa: PLC0415 - a sixth of a second that only planning needs

    if country not in holidays.list_supported_countries():
        return None
    return holidays.country_holidays(country)


def holiday(day: date, countries: Collection[str]) -> str | None:
    """Name the public holiday of a day in one of the countries; None on an ordinary day."""
    for country in sorted(countries):
        calendar = _holidays(country)
        if calendar is not None and day in calendar:
            return f"{calendar.get(day)} ({country})"
    return None


def is_working(day: date, countries: Collection[str]) -> bool:
    """Tell whether people of all these countries work that day."""
    return day.weekday() <= LAST_WORKDAY and holiday(day, countries) is None


def next_working(day: date, countries: Collection[str]) -> date:
    """Give the first working day from `day` on."""
    for ahead in range(SEARCH_DAYS_AT_MOST):
        if is_working(day + ahead * DAY, countries):
            return day + ahead * DAY
    msg = f"no working day within {SEARCH_DAYS_AT_MOST} days from {day} in {sorted(countries)}"
    raise ValueError(msg)


def previous_working(day: date, countries: Collection[str]) -> date:
    """Give the last working day up to `day`."""
    for back in range(SEARCH_DAYS_AT_MOST):
        if is_working(day - back * DAY, countries):
            return day - back * DAY
    msg = f"no working day within {SEARCH_DAYS_AT_MOST} days before {day} in {sorted(countries)}"
    raise ValueError(msg)


def working_day(start: date, number: int, countries: Collection[str]) -> date:
    """Give the working day of a number; `start` is number 1 where it is one itself."""
    day = next_working(start, countries)
    for _ in range(number - 1):
        day = next_working(day + DAY, countries)
    return day


def monday_after(day: date) -> date:
    """Give the first Monday later than `day`."""
    return day + (7 - day.weekday()) * DAY


def monday_of(day: date) -> date:
    """Give the Monday of the week of `day`."""
    return day - day.weekday() * DAY


def local_day(now: datetime, zone: str) -> date:
    """Give the date people of a zone read off the wall at a moment."""
    return now.astimezone(ZoneInfo(zone)).date()


def aware(day: date, clock: time, zone: str) -> datetime:
    """Give the moment of a local time, in UTC.

    Refuses (ValueError) a time that does not exist that day, or exists twice, where clocks change.
    """
    local = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        msg = f"{clock:%H:%M} on {day} does not exist in {zone}: clocks go forward; choose another"
        raise ValueError(msg)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        msg = f"{clock:%H:%M} on {day} exists twice in {zone}: clocks go back; choose another"
        raise ValueError(msg)
    return moment
