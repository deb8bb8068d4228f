"""What an envelope needs to know of a message: whom it is for, and how it is written out."""

import re
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from functools import lru_cache
from typing import Any

from connectors.errors import Refused

_ONE_WORD = re.compile(r"[^\s<>\x00-\x20\x7f]+@[^\s<>\x00-\x20\x7f]+")


def recipient(message: EmailMessage) -> str:
    """Give the one address a message is for; Refused where there is another number."""
    found: list[str] = [
        address.addr_spec
        for name in ("To", "Cc", "Bcc")
        for header in message.get_all(name, [])
        for address in header.addresses
    ]
    if len(found) != 1 or message["To"] is None:
        raise Refused(f"a message must have one recipient, in To; this one has {len(found)}")
    if not _ONE_WORD.fullmatch(found[0]):
        raise Refused("the recipient's address cannot stand in an envelope; mend the directory")
    return found[0]


def written(message: EmailMessage, *, utf8: bool = False, eight_bit: bool = True) -> bytes:
    """Give a message as it travels: lines end in CRLF, headers stay as they were written."""
    return message.as_bytes(policy=_form(message.policy, utf8=utf8, eight_bit=eight_bit))


@lru_cache(maxsize=64)
def _form(own: Policy, *, utf8: bool, eight_bit: bool) -> Policy:
    # An EmailMessage's policy knows utf8, which the base class in the stubs does not.
    changed: dict[str, Any] = {"utf8": utf8} if isinstance(own, EmailPolicy) else {}
    return own.clone(linesep="\r\n", cte_type="8bit" if eight_bit else "7bit", **changed)
