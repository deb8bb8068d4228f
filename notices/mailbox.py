"""A mailbox: whom a message is from or for, safe to put into a header or an invitation."""

import re
from dataclasses import dataclass

from notices.speaking import header_words

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})*)")
ADDRESS_OCTETS_MAX = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""
LOCAL_OCTETS_MAX = 64
"""RFC 5321, 4.5.3.1.1."""
NAME_CHARACTERS_MAX = 120
"""A longer name helps nobody, and a header has its limits."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One name and one address.

    The address is a plain one (RFC 5321 dot-string at a host name in ASCII): one recipient, no
    list, no quoting, no line break. ValueError for any other. Line breaks in the name become
    spaces.
    """

    name: str
    address: str

    def __post_init__(self) -> None:
        found = _ADDRESS.fullmatch(self.address)
        too_long = len(self.address) > ADDRESS_OCTETS_MAX
        if found is None or too_long or len(found[1]) > LOCAL_OCTETS_MAX:
            # The address is personal data, and errors reach logs: it is not repeated here.
            msg = (
                f"an address of {len(self.address)} characters is none a message can go to; give "
                "one plain address in ASCII (a host name with accents in its xn-- form)"
            )
            raise ValueError(msg)
        # The class is frozen; what it holds is settled here, once.
        plain = header_words(self.name)[:NAME_CHARACTERS_MAX].rstrip()
        object.__setattr__(self, "name", plain)

    @property
    def domain(self) -> str:
        """Give the host name of the address."""
        return self.address.rpartition("@")[2]
