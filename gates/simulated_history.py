"""What simulated rollouts showed on earlier days: limits heed it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from config.criteria import Gate, Level
from config.names import Metric
from gates.findings import State
from gates.limits import heeded
from gates.look import Look
from gates.moment import Moment

Column = npt.NDArray[np.int64]
Seen = tuple[State, ...]


class Histories:
    """What each rollout showed at its daily looks, of each criterion that has limits.

    Of looks that no limit tells apart one stands for all, so that few are judged.
    """

    def __init__(self, gate: Gate, runs: int) -> None:
        """Begin without looks."""
        self._limits = {
            metric: criterion.limits
            for metric, criterion in gate.criteria().items()
            if isinstance(criterion, Level) and criterion.limits is not None
        }
        self._place = {metric: np.zeros(runs, dtype=np.int64) for metric in self._limits}
        self._seen: dict[Metric, list[Seen]] = {metric: [()] for metric in self._limits}

    def __iter__(self) -> Iterator[Metric]:
        """Give the criteria that have limits."""
        return iter(self._limits)

    def __contains__(self, metric: Metric) -> bool:
        """Whether a criterion has limits."""
        return metric in self._limits

    def column(self, metric: Metric, which: Column) -> Column:
        """Give a number for what each of some rollouts has shown: equal ones are alike."""
        return self._place[metric][which]

    def moment(self, metric: Metric, number: int, moment: Moment) -> Moment:
        """Give the moment of a look at rollouts that have shown what a number stands for."""
        seen = self._seen[metric][number]
        first = moment.today - timedelta(days=len(seen))
        looks = tuple(
            Look(day=first + timedelta(days=n), seen={metric: state})
            for n, state in enumerate(seen)
        )
        return moment.model_copy(update={"looks": looks})

    def note(
        self, metric: Metric, which: Column, shown: Sequence[State | None], place: Column
    ) -> None:
        """Keep what today's look at each of some rollouts showed: the state at its place.

        None: it is too early for limits, for all of them alike.
        """
        if any(state is None for state in shown):
            return
        before, states = self._place[metric][which], [s for s in shown if s is not None]
        codes, at = np.unique(before * len(states) + place, return_inverse=True)
        made: dict[tuple[int, ...], int] = {}
        seen: list[Seen] = []
        numbers = np.zeros(len(codes), dtype=np.int64)
        for n, code in enumerate(codes):
            earlier, today = divmod(int(code), len(states))
            looks = (*self._seen[metric][earlier], states[today])
            key = heeded(self._limits[metric], looks)
            if key not in made:
                made[key] = len(seen)
                seen.append(looks)
            numbers[n] = made[key]
        self._seen[metric] = seen
        self._place[metric][which] = numbers[at]
