"""Messages: a rendered notice as mail for exactly one recipient.

RFC 5322 and 2045 for the form, 3834 for Auto-Submitted, 8058 for List-Unsubscribe, 6047 for the
invitation as a part of its own beside text and HTML.

Headers are written here rather than by Python's registry, which folds an address of a page by
encoding it (no reader of List-Unsubscribe decodes that), may fold a subject before its first word,
and loses spaces of long names; it also takes ten times as long.
"""

import base64
import binascii
import hashlib
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import urlsplit

from config.names import Language, Notice
from notices.invitation import Invitation, calendar_of
from notices.mailbox import Mailbox
from notices.rendering import Rendered
from notices.speaking import header_words

HEADER_OCTETS_MAX = 900
"""Longest value of a header that cannot be folded; RFC 5322, 2.1.1 allows a line 998 octets."""
LINE_OCTETS = 76
"""RFC 2047, 2: a line with an encoded word has at most so many."""
WORD_OCTETS_MAX = 60
"""A longer word of a subject is encoded, since a fold cannot break it."""

BOUNDARY = "=_changeover"
"""Stands in no part: quoted-printable has no `_` after `=`, nor has base64. RFC 2045, 6.7."""


class _Policy(EmailPolicy):
    """SMTP's own policy, reading the few content headers there are once instead of per message."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Give a header's value parsed."""
        if name.lower().startswith("content-"):
            return _content_header(name, value)
        parsed: str = super().header_fetch_parse(name, value)
        return parsed


@lru_cache(maxsize=64)
def _content_header(name: str, value: str) -> str:
    parsed: str = SMTP.header_fetch_parse(name, value)
    return parsed


# No refolding: headers go out as they are written here.
POLICY = _Policy(linesep=SMTP.linesep, refold_source="none")


def message_id_for(step_key: str, domain: str) -> str:
    """Give the Message-ID of a step: the same step gives the same one, in any process.

    The key is hashed, since it may name a person and a Message-ID is read by strangers.
    """
    return f"<{hashlib.sha256(step_key.encode()).hexdigest()[:32]}.changeover@{domain}>"


def compose(  # noqa: PLR0913 - each is a header; a bag of them would only hide it
    rendered: Rendered,
    *,
    sender: Mailbox,
    to: Mailbox,
    reply_to: Mailbox | None,
    message_id: str,
    date: datetime,
    notice: Notice,
    language: Language,
    unsubscribe: str | None = None,
    invitation: Invitation | None = None,
) -> EmailMessage:
    """Make the message of a notice, with one recipient and the caller's Message-ID.

    `date` is aware. `unsubscribe` is an https address that takes a POST, or http or mailto, which
    then stand without the one-click promise. Send it as `message.as_bytes()`: ASCII, CRLF, lines
    within 998 octets. ValueError where a value cannot stand in a header.
    """
    if date.utcoffset() is None:
        msg = f"notice {notice}: its date is a naive time; give an aware one"
        raise ValueError(msg)
    message = EmailMessage(policy=POLICY)
    _write(message, "From", _mailbox(sender, "From"))
    _write(message, "To", _mailbox(to, "To"))
    if reply_to is not None:
        _write(message, "Reply-To", _mailbox(reply_to, "Reply-To"))
    _write(message, "Subject", _encoded(header_words(rendered.subject), "Subject"))
    _write(message, "Date", format_datetime(date))
    _write(message, "Message-ID", _one_word("Message-ID", message_id))
    _write(message, "Auto-Submitted", "auto-generated")
    _write(message, "Content-Language", language.value)
    _write(message, "X-Changeover-Notice", notice.value)
    if unsubscribe is not None:
        _write_unsubscribe(message, unsubscribe)
    _attach(message, rendered)
    if invitation is not None:
        message.attach(_calendar_part(invitation, date))
    return message


def _write(message: EmailMessage, header: str, value: str) -> None:
    """Add a header as it stands; a line break that is no fold would be a header of its own."""
    if "\r" in value or "\n" in value.replace("\n ", ""):
        msg = f"{header} cannot stand in a header: it holds a line break"
        raise ValueError(msg)
    message.set_raw(header, value)


def _encoded(words: str, header: str) -> str:
    """Fold words at their spaces; with other than ASCII, or a very long word, encode them whole."""
    if words.isascii():
        if len(header) + 2 + len(words) <= LINE_OCTETS:
            return words
        if max(map(len, words.split())) <= WORD_OCTETS_MAX:
            return Header(words, maxlinelen=LINE_OCTETS, header_name=header).encode()
    return Header(words, charset="utf-8", maxlinelen=LINE_OCTETS, header_name=header).encode()


def _mailbox(mailbox: Mailbox, header: str) -> str:
    """Write one mailbox: its name on lines of its own where both together are too long."""
    if not mailbox.name:
        return mailbox.address
    if mailbox.name.isascii():
        quoted = mailbox.name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{quoted}"'
    else:
        name = _encoded(mailbox.name, header)
    last = len(name) - (name.rfind("\n") + 1) + len(mailbox.address) + len(header) + 5
    return f"{name}{chr(10) if last > LINE_OCTETS else ''} <{mailbox.address}>"


def _write_unsubscribe(message: EmailMessage, url: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in {"https", "http", "mailto"}:
        msg = f"List-Unsubscribe cannot be of scheme {scheme!r}; give an https address"
        raise ValueError(msg)
    _write(message, "List-Unsubscribe", _one_word("List-Unsubscribe", f"<{url}>"))
    if scheme == "https":
        # RFC 8058, 3.1: one click is promised for https alone.
        _write(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _one_word(header: str, value: str) -> str:
    """Give a value in angle brackets that stays on one line; ValueError for any other."""
    inner = value[1:-1]
    plain = all("!" <= letter <= "~" and letter not in "<>" for letter in inner)
    if not (inner and plain and value == f"<{inner}>" and len(value) <= HEADER_OCTETS_MAX):
        msg = (
            f"{header} of {len(value)} characters cannot stand in a header; give printable ASCII "
            f"without spaces, at most {HEADER_OCTETS_MAX} characters"
        )
        raise ValueError(msg)
    return value


def _attach(message: EmailMessage, rendered: Rendered) -> None:
    """Add the same words twice, the plainest first (RFC 2046, 5.1.4)."""
    _write(message, "MIME-Version", "1.0")
    _write(message, "Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"')
    message.attach(_text_part("plain", rendered.text))
    message.attach(_text_part("html", rendered.html))


def _text_part(subtype: str, text: str) -> EmailMessage:
    """Make a part of text in seven bits: a relay without 8BITMIME need not re-code a signed part.

    b2a_qp is C, and many times faster than what set_content uses.
    """
    payload = binascii.b2a_qp(text.encode()).decode("ascii")
    return _part(f'text/{subtype}; charset="utf-8"', "quoted-printable", payload)


def _calendar_part(invitation: Invitation, now: datetime) -> EmailMessage:
    """Make the invitation's part; its method stands in the header too (RFC 6047, 2.4)."""
    kind = f'text/calendar; charset="utf-8"; method={invitation.method.value}; component=VEVENT'
    payload = base64.encodebytes(calendar_of(invitation, now)).decode("ascii")
    return _part(kind, "base64", payload)


def _part(kind: str, encoding: str, payload: str) -> EmailMessage:
    part = EmailMessage(policy=POLICY)
    _write(part, "Content-Type", kind)
    _write(part, "Content-Transfer-Encoding", encoding)
    part.set_payload(payload)
    return part
