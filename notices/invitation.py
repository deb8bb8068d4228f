"""Invitations for one person's calendar, to a training or yearly to an archive (RFC 5545, 5546)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from config.names import Language
from notices.mailbox import Mailbox
from notices.speaking import one_line

_DESCRIPTION = {
    Language.EN: ("Online: {online}", "Can't come? Decline, and we will find another time."),
    Language.NL: ("Online: {online}", "Kunt u niet? Sla af, dan zoeken we een ander moment."),
}
_ZONES_REMEMBERED = 256


class Method(StrEnum):
    """What the calendar is to do with it (RFC 5546, 3.2)."""

    REQUEST = "REQUEST"
    """Put it in, or change it where the sequence is higher."""
    CANCEL = "CANCEL"
    """Take it out."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One session in one person's calendar."""

    uid: str
    """The same through every change; see `uid_for`."""
    sequence: int
    """From 0; each change sent out is one higher."""
    method: Method
    title: str
    starts: datetime
    """Aware, and a local time that exists once in its zone."""
    zone: str
    """IANA name."""
    minutes: int
    place: str
    organizer: Mailbox
    attendee: Mailbox
    language: Language
    online: str | None = None
    """Address to join at."""
    about: str | None = None
    """What it says instead of how to come or decline."""
    yearly_until: date | None = None
    """It comes every year, the last time on or before this day; None: once."""

    def __post_init__(self) -> None:
        if self.starts.utcoffset() is None:
            msg = f"invitation {self.uid}: its start is a naive time; give an aware one"
            raise ValueError(msg)
        local = self.starts.astimezone(ZoneInfo(self.zone))
        if local.fold or local.utcoffset() != local.replace(fold=1).utcoffset():
            # Written with a TZID the hour cannot be told from its twin (RFC 5545, 3.3.5).
            msg = f"invitation {self.uid}: {local:%H:%M} exists twice that night in {self.zone}; "
            raise ValueError(msg + "choose another time")
        if self.minutes < 1 or self.sequence < 0:
            msg = (
                f"invitation {self.uid}: {self.minutes} minutes, sequence {self.sequence}; "
                "give at least 1 minute and a sequence from 0"
            )
            raise ValueError(msg)


def uid_for(session_key: str, domain: str) -> str:
    """Give the identifier of a session: the same key gives the same one, in any process."""
    return f"{hashlib.sha256(session_key.encode()).hexdigest()[:32]}@{domain}"


def calendar_of(invitation: Invitation, now: datetime) -> bytes:
    """Write the invitation as an iCalendar object, UTF-8 with CRLF; `now` becomes its DTSTAMP.

    `now` is aware. The times carry the zone's name, and the zone stands in the object.
    """
    starts = invitation.starts.astimezone(ZoneInfo(invitation.zone))
    calendar = Calendar()
    calendar.add("prodid", "-//Changeover//Training//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method.value)
    last = invitation.yearly_until or starts
    calendar.add_component(_zone(invitation.zone, starts.year, last.year))
    calendar.add_component(_event(invitation, starts, now))
    written: bytes = calendar.to_ical()
    return written


def _event(invitation: Invitation, starts: datetime, now: datetime) -> Event:
    cancelled = invitation.method is Method.CANCEL
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", starts)
    # Added in UTC: 90 minutes last 90 minutes, whatever the clocks do meanwhile.
    ends = (starts.astimezone(UTC) + timedelta(minutes=invitation.minutes)).astimezone(
        starts.tzinfo
    )
    event.add("dtend", ends)
    if invitation.yearly_until is not None:
        # RFC 5545, 3.3.10: with a TZID in DTSTART, UNTIL is in UTC.
        last = datetime.combine(invitation.yearly_until, time.max, starts.tzinfo)
        event.add("rrule", {"freq": "yearly", "until": last.astimezone(UTC).replace(microsecond=0)})
    event.add("summary", _text(invitation.title, invitation.language))
    event.add("location", _text(invitation.place, invitation.language))
    event.add("description", _text(_description(invitation), invitation.language))
    event.add("organizer", _person(invitation.organizer))
    attendee = _person(invitation.attendee)
    if not cancelled:
        attendee.params.update(
            {
                "CUTYPE": "INDIVIDUAL",
                "ROLE": "REQ-PARTICIPANT",
                "PARTSTAT": "NEEDS-ACTION",
                "RSVP": "TRUE",
            }
        )
    event.add("attendee", attendee)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event


def _description(invitation: Invitation) -> str:
    if invitation.about is not None:
        return invitation.about
    online, decline = _DESCRIPTION[invitation.language]
    if invitation.online is None:
        return decline
    return online.format(online=one_line(invitation.online)) + "\n" + decline


def _text(value: str, language: Language) -> vText:
    return vText(value, params={"LANGUAGE": language.value})


def _person(mailbox: Mailbox) -> vCalAddress:
    person = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        # A parameter value knows no double quote (RFC 5545, 3.2).
        person.params["CN"] = mailbox.name.replace('"', "'")
    return person


@lru_cache(maxsize=_ZONES_REMEMBERED)
def _zone(name: str, first: int, last: int) -> Timezone:
    """Describe a zone from a year before the first to a year after the last of the event."""
    return Timezone.from_tzid(
        name, first_date=date(first - 1, 1, 1), last_date=date(last + 2, 1, 1)
    )
