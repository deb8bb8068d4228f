"""Judging stored decisions, and simulating rollouts: seconds of one core that ten thousand take.

The decisions are of a phase of 60 people, each with readings of its own and a verdict to compare.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any

import numpy as np

from cli.judge import judged
from config.criteria import Active, Gate, Limits
from config.plan import Plan
from gates.decision import take, to_json
from gates.error_rates import as_hoped, course_of, rates
from gates.moment import Moment
from gates.readings import (
    AdoptedReading,
    IncidentsReading,
    NpsReading,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)

PEOPLE = 60
LARGE = 500
LAUNCH = date(2026, 3, 16)
DIFFERENT = 500
"""Different decisions; they are judged again and again."""


def main(arguments: Sequence[str]) -> int:
    """Print what each takes."""
    parser = argparse.ArgumentParser(prog="./dev bench judging", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="decisions, and rollouts")
    count = int(parser.parse_args(arguments).count)
    gate: Gate = Plan.model_fields["gates"].default
    lines = [_stored(gate, seed) for seed in range(DIFFERENT)]
    begin = process_time()
    same = sum(bool(judged(lines[n % DIFFERENT], n + 1)[1].as_recorded) for n in range(count))
    took = process_time() - begin
    print(f"{count} stored decisions judged: {took:.1f} s, {took / count * 1000:.2f} ms each")
    print(f"  {same} came to the verdict they carry")
    limited = gate.model_copy(
        update={"active": Active(advisory=False, on_miss="pause", limits=Limits(in_a_row=2))}
    )
    for words, one in (("the default gate", gate), ("limits besides", limited)):
        begin = process_time()
        rates(one, as_hoped(one), course_of(one, LARGE), count, 1)
        took = process_time() - begin
        print(f"{count} simulated rollouts of {LARGE} people, {words}: {took:.1f} s")
    return 0 if same == count else 1


def _stored(gate: Gate, seed: int) -> bytes:
    """Write a decision as the ledger would have it."""
    dice = np.random.default_rng(seed)
    day = int(dice.integers(3, 28))
    today = LAUNCH + timedelta(days=day - 1)
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    moment = Moment(
        phase="core-team",
        now=now,
        today=today,
        launched_on=LAUNCH,
        soak_ends_on=LAUNCH + timedelta(days=11),
        zone="America/Paramaribo",
    )
    readings = _readings(dice, day, now)
    return to_json(take(gate, {r.metric: r for r in readings}, moment)).encode()


def _readings(dice: np.random.Generator, day: int, now: datetime) -> list[Reading]:
    adopted, answered = int(dice.integers(0, PEOPLE + 1)), int(dice.integers(1, PEOPLE + 1))
    marks = dice.multinomial(answered, np.full(10, 0.1))
    given = tuple((float(m + 1), int(n)) for m, n in enumerate(marks) if n)
    promoters = int(dice.integers(0, answered + 1))
    about: dict[str, Any] = {"cohort": PEOPLE, "as_of": now - timedelta(hours=2)}
    return [
        AdoptedReading(
            **about,
            adopted=adopted,
            could_still_by_soak_end=0 if day > 10 else PEOPLE - adopted,
            could_still_by_goal=PEOPLE - adopted,
        ),
        TrainingReading(**about, invited=PEOPLE, attended=int(dice.integers(0, PEOPLE + 1))),
        SatisfactionReading(
            **about, answered=answered, total=sum(m * n for m, n in given), marks=given
        ),
        NpsReading(
            **about, answered=answered, promoters=promoters, detractors=(answered - promoters) // 2
        ),
        TicketsReading(
            **about,
            launch_tickets=int(dice.integers(0, 40)),
            launch_active=PEOPLE,
            week_tickets=int(dice.integers(0, 40)),
            week_active=PEOPLE,
        ),
        IncidentsReading(**about),
    ]
