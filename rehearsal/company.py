"""Whose rollout is rehearsed: its plan, its people and their files, what they are like."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import config
from rehearsal import behaviour, directory
from rehearsal.behaviour import Temper
from rehearsal.directory import Folk

EXAMPLES = Path(config.__file__).parent / "examples"
LEAVES_ON = date(2026, 3, 24)


class Company(Protocol):
    """An organisation, as a world needs it."""

    def plan_text(self) -> str:
        """Give its plan."""

    def people(self, seed: int) -> list[Folk]:
        """Give the people there are at the start."""

    def write(self, folder: Path, folk: Sequence[Folk]) -> None:
        """Write the files its plan reads people from."""

    def changed(self, folk: list[Folk], seed: int, today: date) -> list[Folk]:
        """Give the people of a day, from those of an earlier one."""

    def temper(self, seed: int, who: Folk) -> Temper:
        """Tell what a person is like."""


class Acme:
    """Acme Trading: 60 people on three sites, under the phased example (`Company`)."""

    def plan_text(self) -> str:
        """Give the phased example."""
        return (EXAMPLES / "phased.yaml").read_text(encoding="utf-8")

    def people(self, seed: int) -> list[Folk]:
        """Give the 60."""
        return directory.people(seed)

    def write(self, folder: Path, folk: Sequence[Folk]) -> None:
        """Write its two files."""
        directory.write(folder, folk)

    def changed(self, folk: list[Folk], seed: int, today: date) -> list[Folk]:
        """One leaves half-way, one joins: the directory says so from that day on."""
        if today < LEAVES_ON:
            return folk
        started = directory.people(seed)
        gone, new = directory.leaver(started), directory.joiner(started, seed)
        return [f for f in started if f.email != gone.email] + [new]

    def temper(self, seed: int, who: Folk) -> Temper:
        """Those who come early are keener."""
        return behaviour.temper(seed, who.email.lower(), early=who.pilot or who.volunteer)
