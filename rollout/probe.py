"""The daily look at the old system: until it is off it is the way back, and must answer."""

from dataclasses import dataclass
from datetime import datetime

from rollout.phases import DECOMMISSION


@dataclass(frozen=True, slots=True)
class ProbeNow:
    """The newest look."""

    at: datetime
    answered: bool
    words: str
    """What went wrong; empty where it answered."""
    fingerprint: str
    """Hash of which database answered, 64 hexadecimal digits; empty where none did."""
    known: str
    """Hash of the one that is known to be the old system: the first that answered, or one that a
    person confirmed since."""

    @property
    def is_another(self) -> bool:
        """Whether what answered is not what answered at first."""
        return self.answered and self.fingerprint != self.known


def same_item(probe: ProbeNow) -> str:
    """Name what a person confirms where another database is the old system all the same."""
    return f"{DECOMMISSION}/old-system-{probe.fingerprint[:12]}"


def worrying(probe: ProbeNow | None) -> str:
    """Say what a person must see to; empty where the old system answered as it did before."""
    if probe is None:
        return ""
    if not probe.answered:
        return f"the old system, the way back, did not answer: {probe.words}"
    if probe.is_another:
        return (
            "the old system's address leads to another database than before: mend old_system.url, "
            f"or, where it was moved on purpose, `changeover confirm {same_item(probe)}`"
        )
    return ""
