"""Outages: days on which people of a site could not work in the tool, whatever the cause."""

from datetime import date
from typing import Self

from pydantic import model_validator

from config.values import Part


class Outage(Part):
    """A site without internet, power or the tool itself; its days stop that site's clock."""

    site: str | None = None
    """Key of the site; null: every site."""
    first: date
    """Local day it began; the whole day counts."""
    last: date | None = None
    """Local day it ended; null: it goes on."""
    what: str = ""
    """In words: no internet."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            msg = f"the outage ends on {self.last}, before it begins on {self.first}"
            raise ValueError(msg)
        return self
