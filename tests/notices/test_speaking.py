from datetime import UTC, date, datetime

import pytest

from config.names import Language
from notices import speaking

EN, NL = Language.EN, Language.NL


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        (EN, "America/Port_of_Spain", "Tuesday 17 March, 10:00 (Port of Spain time)"),
        (NL, "America/Paramaribo", "dinsdag 17 maart, 11.00 uur (tijd in Paramaribo)"),
        (NL, "Europe/Amsterdam", "dinsdag 17 maart, 15.00 uur (tijd in Amsterdam)"),
        (EN, "Pacific/Auckland", "Wednesday 18 March, 03:00 (Auckland time)"),
        (NL, "America/Curacao", "dinsdag 17 maart, 10.00 uur (tijd in Curaçao)"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone(language: Language, zone: str, said: str) -> None:
    assert speaking.moment(datetime(2026, 3, 17, 14, tzinfo=UTC), zone, language) == said


def test_days_and_numbers() -> None:
    assert speaking.day(date(2026, 3, 2), EN) == "Monday 2 March"
    assert speaking.day(date(2026, 3, 2), NL) == "maandag 2 maart"
    assert speaking.full_day(date(2036, 12, 31), EN) == "31 December 2036"
    assert speaking.full_day(date(2036, 12, 31), NL) == "31 december 2036"
    assert speaking.number(1234, EN) == "1,234"
    assert speaking.number(1234, NL) == "1.234"


@pytest.mark.parametrize(
    ("given", "said"),
    [("Zoë d'Anjou", "Zoë d'Anjou"), ("a\r\nBcc: x", "a Bcc: x"), ("a\u2029\u202eb\x85c", "a b c")],
)
def test_one_line(given: str, said: str) -> None:
    assert speaking.one_line(given) == said


@pytest.mark.parametrize(("given", "said"), [(" it works. ", "it works"), ("v1.2", "v1.2")])
def test_a_phrase_carries_no_full_stop(given: str, said: str) -> None:
    assert speaking.phrase(given) == said


def test_an_opening_leaves_the_rest_as_it_is() -> None:
    assert speaking.opening("één plek in CRM") == "Één plek in CRM"
    assert speaking.opening("") == ""
