"""Messages: a rendered notice as mail for exactly one recipient.

RFC 5322 and 2045 for the form, 3834 for Auto-Submitted, 8058 for List-Unsubscribe, 6047 for the
invitation as a part of its own beside text and HTML.
"""

import base64
import binascii
import hashlib
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
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

_WHOLE = frozenset({"message-id", "list-unsubscribe"})


class _Policy(EmailPolicy):
    """SMTP's own policy, but for three things Python does to long headers.

    It folds an address of a page by encoding it, which no reader of List-Unsubscribe decodes:
    such headers stay whole on one line. It may fold a subject before its first word, which leaves
    a space in front of it. And it may split a name within a word, which comes back in two.
    """

    def fold(self, name: str, value: str) -> str:
        """Write a header on one or more lines."""
        header = name.lower()
        if header in _WHOLE:
            return f"{name}: {value}{self.linesep}"
        if header == "subject":
            return f"{name}: {_encoded(value, name, self.linesep)}{self.linesep}"
        if isinstance(value, AddressHeader):
            (address,) = value.addresses
            return f"{name}: {_written(address, name, self.linesep)}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header on one or more lines, as octets."""
        return self.fold(name, value).encode("ascii")


def _encoded(words: str, header: str, linesep: str) -> str:
    """Fold words at their spaces; with other than ASCII, or a very long word, encode them whole."""
    fits = words.isascii() and max(map(len, words.split()), default=0) <= WORD_OCTETS_MAX
    charset = "us-ascii" if fits else "utf-8"
    folded = Header(str(words), charset=charset, maxlinelen=LINE_OCTETS, header_name=header)
    return folded.encode(linesep=linesep)


def _written(address: Address, header: str, linesep: str) -> str:
    """Write the one mailbox of a header: its name on lines of its own where both are too long."""
    if not address.display_name:
        return address.addr_spec
    if address.display_name.isascii():
        quoted = address.display_name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{quoted}"'
    else:
        name = _encoded(address.display_name, header, linesep)
    last = len(name) - (name.rfind("\n") + 1) + len(address.addr_spec) + len(header) + 5
    return f"{name}{linesep if last > LINE_OCTETS else ''} <{address.addr_spec}>"


# 7bit: a relay without 8BITMIME need not re-code a part, which would break a signature over it.
POLICY = _Policy(
    linesep=SMTP.linesep, max_line_length=SMTP.max_line_length, cte_type="7bit", utf8=False
)


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
    message["From"] = sender.header
    message["To"] = to.header
    if reply_to is not None:
        message["Reply-To"] = reply_to.header
    message["Subject"] = header_words(rendered.subject)
    message["Date"] = date
    message["Message-ID"] = _one_word("Message-ID", message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language.value
    message["X-Changeover-Notice"] = notice.value
    if unsubscribe is not None:
        _add_unsubscribe(message, unsubscribe)
    message["MIME-Version"] = "1.0"
    # Made of the Message-ID, so that the same step gives the same octets.
    boundary = hashlib.sha256(message_id.encode()).hexdigest()[:40]
    message["Content-Type"] = f'multipart/alternative; boundary="=_{boundary}"'
    message.attach(_text_part("plain", rendered.text))
    message.attach(_text_part("html", rendered.html))
    if invitation is not None:
        message.attach(_calendar_part(invitation, date))
    return message


def _add_unsubscribe(message: EmailMessage, url: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in {"https", "http", "mailto"}:
        msg = f"List-Unsubscribe cannot be of scheme {scheme!r}; give an https address"
        raise ValueError(msg)
    message["List-Unsubscribe"] = _one_word("List-Unsubscribe", f"<{url}>")
    if scheme == "https":
        # RFC 8058, 3.1: one click is promised for https alone.
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


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


def _text_part(subtype: str, text: str) -> EmailMessage:
    """Make a part of text; b2a_qp is C and many times faster than what set_content uses."""
    part = EmailMessage(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(binascii.b2a_qp(text.encode()).decode("ascii"))
    return part


def _calendar_part(invitation: Invitation, now: datetime) -> EmailMessage:
    """Make the invitation's part; its method stands in the header too (RFC 6047, 2.4)."""
    part = EmailMessage(policy=POLICY)
    part["Content-Type"] = (
        f'text/calendar; charset="utf-8"; method={invitation.method.value}; component=VEVENT'
    )
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(calendar_of(invitation, now)).decode("ascii"))
    return part
