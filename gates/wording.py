"""Numbers and days in words, as findings and reports write them (English)."""

from datetime import date, timedelta

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def day(value: date) -> str:
    """Write a day as "Fri 27 Mar"."""
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Write "1 person", "2 people"; without `many` an s is added."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def span(value: timedelta) -> str:
    """Write a length of time as "36 hours", or from two days on as "14 days"."""
    hours = value.total_seconds() / 3600
    return count(round(hours), "hour") if hours < 48 else count(round(hours / 24), "day")


def people(number: int) -> str:
    """Write a number of people."""
    return count(number, "person", "people")


def percent(share: float) -> str:
    """Write 0.8 as "80 %", with as many digits as it has."""
    return f"{round(share * 100, 6):g} %"


def part(some: int, of: int, bar: float | None = None) -> str:
    """Write "15 of 21 = 71 %"; a decimal more where rounding would blur on which side of a bar."""
    if not of:
        return f"{some} of {of}"
    share = some / of
    blurred = bar is not None and share != bar and round(share * 100) == round(bar * 100, 6)
    return f"{some} of {of} = {share * 100:.{1 if blurred else 0}f} %"


def listed(parts: list[str], last: str = "and") -> str:
    """Write "a", "a and b", "a, b and c"."""
    return f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}." if text else ""


def number(value: float) -> str:
    """Write a mean or score with at most two decimals."""
    return f"{round(value, 2):g}"


def left(days: int) -> str:
    """Write ", 5 days left", or nothing when none is."""
    return f", {count(days, 'day')} left" if days else ""
