from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from config.names import Language
from notices.invitation import Invitation, Method, calendar_of, uid_for
from notices.mailbox import Mailbox

NOW = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)


@pytest.fixture
def invitation() -> Invitation:
    return Invitation(
        uid=uid_for("acme-crm/core-team/first-orders/paramaribo/1", "acme.example"),
        sequence=0,
        method=Method.REQUEST,
        title="Eerste orders, deel één; met Atlas",
        starts=datetime(2026, 3, 17, 13, 0, tzinfo=UTC),
        zone="America/Paramaribo",
        minutes=75,
        place="Zaal 2",
        organizer=Mailbox("Renuka Sital", "r.sital@acme.example"),
        attendee=Mailbox('Zoë "Zo" Ramdin', "z.ramdin@acme.example"),
        language=Language.NL,
        online="https://meet.example/atlas?a=1&b=2",
    )


def parsed(invitation: Invitation) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(calendar_of(invitation, NOW))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_read_back_it_is_what_was_given(invitation: Invitation) -> None:
    calendar, event = parsed(invitation)
    assert calendar["METHOD"] == "REQUEST"
    assert calendar["VERSION"] == "2.0"
    assert event["UID"] == invitation.uid
    assert event["SEQUENCE"] == 0
    assert event["DTSTAMP"].dt == NOW
    assert event["DTSTART"].dt == invitation.starts
    assert event["DTSTART"].params["TZID"] == "America/Paramaribo"
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=75)
    assert event["SUMMARY"] == invitation.title
    assert event["SUMMARY"].params["LANGUAGE"] == "nl"
    assert event["LOCATION"] == "Zaal 2"
    assert "https://meet.example/atlas?a=1&b=2" in event["DESCRIPTION"]
    assert "Sla af" in event["DESCRIPTION"]
    assert event["ORGANIZER"] == "mailto:r.sital@acme.example"
    assert event["ATTENDEE"] == "mailto:z.ramdin@acme.example"
    assert event["ATTENDEE"].params["CN"] == "Zoë 'Zo' Ramdin"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["STATUS"] == "CONFIRMED"


def test_the_written_times_are_local_and_their_zone_is_described(invitation: Invitation) -> None:
    written = calendar_of(invitation, NOW).decode()
    assert "DTSTART;TZID=America/Paramaribo:20260317T100000\r\n" in written
    assert "DTEND;TZID=America/Paramaribo:20260317T111500\r\n" in written
    assert written.count("BEGIN:VTIMEZONE") == 1
    assert "TZOFFSETTO:-0300" in written
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert "\n" not in written.replace("\r\n", "")


def test_a_change_keeps_the_uid_and_a_cancellation_says_so(invitation: Invitation) -> None:
    moved = replace(invitation, sequence=1, starts=invitation.starts + timedelta(days=7))
    _, event = parsed(moved)
    assert (event["UID"], event["SEQUENCE"]) == (invitation.uid, 1)
    calendar, event = parsed(replace(moved, sequence=2, method=Method.CANCEL))
    assert calendar["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"]) == (invitation.uid, 2)
    assert event["STATUS"] == "CANCELLED"
    assert "RSVP" not in event["ATTENDEE"].params


def test_minutes_are_minutes_when_the_clocks_change(invitation: Invitation) -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")
    night = replace(
        invitation,
        zone="Europe/Amsterdam",
        starts=datetime(2026, 3, 29, 1, 30, tzinfo=amsterdam),
        minutes=60,
    )
    assert b"DTEND;TZID=Europe/Amsterdam:20260329T033000" in calendar_of(night, NOW)


def test_data_cannot_add_a_line(invitation: Invitation) -> None:
    injected = "x\r\nATTENDEE:mailto:all@acme.example\nEND:VEVENT"
    hostile = replace(
        invitation,
        title=injected,
        place=injected,
        online=injected,
        attendee=Mailbox(injected, "z.ramdin@acme.example"),
    )
    calendar, event = parsed(hostile)
    assert len(calendar.events) == 1
    assert event["ATTENDEE"] == "mailto:z.ramdin@acme.example"
    assert b"\r\nATTENDEE:mailto:all" not in calendar_of(hostile, NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda i: replace(i, starts=datetime(2026, 3, 17, 10)), "naive"),  # noqa: DTZ001
        (
            lambda i: replace(
                i, zone="Europe/Amsterdam", starts=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
            ),
            "02:30 exists twice",
        ),
        (
            lambda i: replace(
                i, zone="Europe/Amsterdam", starts=datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
            ),
            "02:30 exists twice",
        ),
        (lambda i: replace(i, minutes=0), "at least 1 minute"),
        (lambda i: replace(i, sequence=-1), "sequence from 0"),
    ],
)
def test_what_no_calendar_can_hold_is_refused(
    invitation: Invitation, change: Callable[[Invitation], Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        change(invitation)


def test_a_uid_is_the_same_in_any_process_and_tells_nothing() -> None:
    uid = uid_for("acme-crm/core-team/1", "acme.example")
    assert uid == uid_for("acme-crm/core-team/1", "acme.example")
    assert uid != uid_for("acme-crm/core-team/2", "acme.example")
    assert uid.endswith("@acme.example")
    assert "core" not in uid


def test_one_that_comes_every_year_ends_on_its_day(invitation: Invitation) -> None:
    yearly = replace(invitation, yearly_until=date(2028, 3, 17), about="Open it.", online=None)
    _, event = parsed(yearly)
    assert event["DESCRIPTION"] == "Open it."
    assert event["RRULE"]["FREQ"] == ["YEARLY"]
    (until,) = event["RRULE"]["UNTIL"]
    assert until == datetime(2028, 3, 18, 2, 59, 59, tzinfo=UTC)
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=event["DTSTART"].dt)
    assert [day.date() for day in rule] == [date(year, 3, 17) for year in (2026, 2027, 2028)]


def test_one_that_comes_every_year_knows_its_zone_to_the_end(invitation: Invitation) -> None:
    """Old clients read the zone from the object; summer time must not end with it."""
    starts = datetime(2027, 5, 14, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))
    here = replace(invitation, zone="Europe/Amsterdam", starts=starts)
    years = {1: set[int](), 10: set[int]()}
    for count, found in years.items():
        until = date(2027 + count, 5, 14)
        calendar, _ = parsed(replace(here, yearly_until=until))
        for part in calendar.walk("DAYLIGHT"):
            moments = [part["DTSTART"].dt, *(each.dt for each in _dates(part))]
            found |= {moment.year for moment in moments}
    assert max(years[1]) >= 2028
    assert max(years[10]) >= 2037


def _dates(part: Any) -> list[Any]:  # noqa: ANN401 - icalendar's own
    found = part.get("RDATE", [])
    return [each for group in (found if isinstance(found, list) else [found]) for each in group.dts]
