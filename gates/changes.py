"""Changes of a cohort: who left, joined or was excluded is evidence of the denominator."""

from datetime import date

from config.values import Part


class Change(Part):
    """What happened to one person's place in a cohort."""

    person: str
    """Key of the person."""
    what: str
    """In words: left, joined, excluded (why), on leave."""
    when: date
    """Local day."""
    since_launch: bool = False
    """Whether the cohort had launched by then, so that another one was counted before."""

    @property
    def joined(self) -> bool:
        """Whether somebody came, rather than went."""
        return self.what.startswith("joined")
