"""How often a gate is wrong, as tables (Markdown) and as lines for a terminal."""

from collections.abc import Sequence

from config.names import Metric
from gates.error_rates import Rates
from gates.simulated import Truth
from gates.wording import listed, number, people, percent

WRONGLY_HOLDS = (
    "Wrongly holds: it should advance, and is held on the day its numbers decide (in brackets: "
    "still held when the goal's days are over; the median day it decides)."
)
WRONGLY_ADVANCES = (
    "Wrongly advances: it should not, and does on one day or another within the goal's days "
    "(in brackets: on the day its numbers decide)."
)
Table = Sequence[Sequence[str]]


def share(value: float) -> str:
    """Write a simulated share: whole percents, and neither 0 nor 100 where it is not."""
    if 0 < value < 0.005:
        return "<1 %"
    if 0.995 < value < 1:
        return ">99 %"
    return f"{value * 100:.0f} %"


def markdown(rows: Table) -> str:
    """Write rows as a Markdown table whose columns also stand below each other in a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"| {' | '.join(c.ljust(w) for c, w in zip(r, widths, strict=True))} |" for r in rows]
    rule = f"|{'|'.join('-' * (w + 2) for w in widths)}|"
    return "\n".join([lines[0], rule, *lines[1:]])


def errors(found: Sequence[Sequence[Rates]]) -> str:
    """Write what a gate does, a row for each way people may really be, a column for each size."""
    sizes = [str(r.course.people) for r in found[0]]
    good = [row for row in found if row[0].truth.good]
    bad = [row for row in found if not row[0].truth.good]
    stops = max((r.wrongly_stops or 0.0 for row in good for r in row), default=0.0)
    parts = [
        WRONGLY_HOLDS,
        markdown([["people of the phase", *sizes], *([_name(r), *map(_held, r)] for r in good)]),
        f"Wrongly pauses or rolls back: {share(stops)} at most in the rows above.",
    ]
    if bad:
        head = ["people of the phase", *sizes]
        parts += [WRONGLY_ADVANCES, markdown([head, *([_name(r), *map(_let, r)] for r in bad)])]
    return "\n\n".join(parts)


def _name(row: Sequence[Rates]) -> str:
    return row[0].truth.name


def _held(found: Rates) -> str:
    day = f"day {found.median_day:g}" if found.median_day is not None else "no day"
    return f"{share(found.wrongly_holds or 0.0)} ({share(found.never)}; {day})"


def _let(found: Rates) -> str:
    return f"{share(found.advances)} ({share(found.on_its_day)})"


def tuning(criterion: str, now: str, rows: Sequence[tuple[str, Rates, Rates]]) -> str:
    """Write what other thresholds of one criterion would do: (threshold, as hoped, amiss)."""
    good, bad = rows[0][1].truth.name, rows[0][2].truth.name
    head = [
        criterion,
        f"{good}: on its day",
        "in all",
        "median day",
        f"{bad}: on its day",
        "in all",
    ]
    body = [
        [
            f"{threshold}{' (now)' if threshold == now else ''}",
            share(hoped.on_its_day),
            share(hoped.advances),
            "-" if hoped.median_day is None else f"{hoped.median_day:g}",
            share(amiss.on_its_day),
            share(amiss.advances),
        ]
        for threshold, hoped, amiss in rows
    ]
    return markdown([head, *body])


def phase_lines(hoped: Rates, amiss: Sequence[Rates]) -> list[str]:
    """Write how often one phase's gate will be wrong: in a line, or two."""
    when = f"; it decides on day {hoped.median_day:g}" if hoped.median_day is not None else ""
    first = (
        f"{hoped.truth.name}: wrongly holds {share(hoped.wrongly_holds or 0.0)} on its day "
        f"({share(hoped.never)} to the last), wrongly pauses {share(hoped.paused)}, "
        f"wrongly rolls back {share(hoped.rolled_back)}{when}"
    )
    wrong = [f"{r.truth.name}: {share(r.advances)}" for r in amiss]
    return [first, *([f"wrongly advances where {listed(wrong)}"] if wrong else [])]


def told(found: Sequence[Rates]) -> str:
    """Write for a gate's report how often it is wrong: as hoped first, then amiss."""
    hoped, *amiss = found
    of = f"of simulated phases of {people(hoped.course.people)}, "
    return f"{of}{'; '.join(phase_lines(hoped, amiss))}."


def people_line(truth: Truth) -> str:
    """Write how else the people of a simulated phase are."""
    score = round((truth.promoters - truth.detractors) * 100)
    return (
        f"else {percent(truth.trained)} come to the training, {percent(truth.answering)} answer, "
        f"satisfaction is {number(truth.satisfaction)}, NPS {score}, and calls fall to "
        f"{number(truth.later_tickets)} a person and week from {number(truth.launch_tickets)}"
    )


def taken_as_met(metrics: Sequence[Metric]) -> list[str]:
    """Say what the figures leave out, where they leave anything out."""
    names = listed([metric.value for metric in metrics])
    return [f"Not simulated, and taken as met: {names}."] if metrics else []
