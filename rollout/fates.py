"""What the ledger has of steps, by key, in little room: 100,000 people have a million steps.

Most keys differ in the person alone. So of each kind, phase, attempt and occurrence there is one
array with a number for each person, which says how their step stands; few fates are different.
"""

from array import array
from collections.abc import ItemsView, Iterable, Iterator, Mapping

from rollout.steps import StepNow

Group = tuple[str, str, str, str]
"""Kind, phase, attempt, occurrence."""


class Fates(Mapping[str, StepNow]):
    """Steps by key, as a mapping that is never changed."""

    def __init__(self, steps: Iterable[tuple[str, StepNow]]) -> None:
        """Take steps by key; equal ones best as the same object."""
        self._fates: list[StepNow | None] = [None]
        self._groups: dict[Group, array[int]] = {}
        self._others: dict[str, StepNow] = {}
        self._size = 0
        known: dict[int, int] = {}
        for key, fate in steps:
            place = _place(key)
            if place is None:
                self._others[key] = fate
                continue
            number = known.get(id(fate))
            if number is None:
                number = known[id(fate)] = len(self._fates)
                self._fates.append(fate)
            self._put(*place, number)

    def _put(self, group: Group, person: int, number: int) -> None:
        codes = self._groups.setdefault(group, array("I"))
        if person >= len(codes):
            codes.extend([0] * (person + 1 - len(codes)))
        self._size += not codes[person]
        codes[person] = number

    def __getitem__(self, key: str) -> StepNow:
        """Give a step; KeyError where the ledger has none."""
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(self, key: str, default: StepNow | None = None) -> StepNow | None:  # type: ignore[override] # no other default is ever asked for
        """Give a step, or the default."""
        place = _place(key)
        if place is None:
            return self._others.get(key, default)
        codes = self._groups.get(place[0])
        if codes is None or place[1] >= len(codes):
            return default
        return self._fates[codes[place[1]]] or default

    def __contains__(self, key: object) -> bool:
        """Whether the ledger has a step."""
        return isinstance(key, str) and self.get(key) is not None

    def __len__(self) -> int:
        """Count them."""
        return self._size + len(self._others)

    def __iter__(self) -> Iterator[str]:
        """Give the keys."""
        return (key for key, _ in self._pairs())

    def items(self) -> ItemsView[str, StepNow]:
        """Give keys and steps."""
        return _Items(self)

    def _pairs(self) -> Iterator[tuple[str, StepNow]]:
        for (kind, phase, attempt, occurrence), codes in self._groups.items():
            for person, number in enumerate(codes):
                fate = self._fates[number]
                if fate is not None:
                    yield f"{kind}:{phase}:p{person:05}:{attempt}:{occurrence}", fate
        yield from self._others.items()

    def persons(self, kind: str, phase: str) -> set[str]:
        """Give the keys of people who have a step of a kind in a phase."""
        return {
            f"p{person:05}"
            for (of, where, *_), codes in self._groups.items()
            if (of, where) == (kind, phase)
            for person, number in enumerate(codes)
            if number
        }


def persons_with(steps: Mapping[str, StepNow], kind: str, phase: str) -> set[str]:
    """Give the keys of people who have a step of a kind in a phase, of any attempt."""
    if isinstance(steps, Fates):
        return steps.persons(kind, phase)
    return {key.split(":")[2] for key in steps if key.startswith(f"{kind}:{phase}:")}


class _Items(ItemsView[str, StepNow]):
    """Keys and steps, each key made once."""

    _mapping: Fates

    def __iter__(self) -> Iterator[tuple[str, StepNow]]:
        return self._mapping._pairs()  # noqa: SLF001 - its own view


def _place(key: str) -> tuple[Group, int] | None:
    """Give a key's group and the number of its person; None where it is nobody's."""
    parts = key.split(":", 4)
    if len(parts) != 5:
        return None
    kind, phase, person, attempt, occurrence = parts
    number = person[1:]
    # Written back it must be the same key: p1 is not p00001.
    if person[:1] != "p" or not number.isdecimal() or person != f"p{int(number):05}":
        return None
    return (kind, phase, attempt, occurrence), int(number)
