"""`changeover gate errors|tune`: how often a gate is wrong, and what other thresholds would do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from config.criteria import Gate
from config.plan import Plan

if TYPE_CHECKING:
    from cli.plan import Shown
    from gates.simulated import Course
    from gates.tuning import Choice

gate = App(name="gate", help="How often a gate is wrong, computed before it is needed.")

SIZES = (3, 9, 21, 100, 500)
ONE_SIZE = 21
RUNS = 1000
SEED = 1

PlanFile = Annotated[Path | None, Parameter(help="A plan; none: the criteria of every plan.")]
Runs = Annotated[int, Parameter(help="Simulated rollouts of each case.")]
Seed = Annotated[int, Parameter(help="The same one gives the same figures.")]


class NothingToTuneError(Exception):
    """A phase or threshold that is not there. The message says which there are."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One gate with the cohort it will judge."""

    title: str
    gate: Gate
    people: int
    calendar: "Callable[[int], Course]"
    """The phase's calendar, for a number of people."""

    def course(self, people: int | None = None) -> "Course":
        """Give the phase's calendar, with another number of people where one is given."""
        return self.calendar(people or self.people)


@gate.command
def errors(
    file: PlanFile = None,
    *,
    people: Annotated[tuple[int, ...], Parameter(help="Sizes of the phase.")] = (),
    runs: Runs = RUNS,
    seed: Seed = SEED,
) -> None:
    """Print how often a gate wrongly advances, holds, pauses and rolls back."""
    from gates.error_rates import course_of, every, truths
    from gates.simulated_looks import not_simulated
    from reports.error_rates import errors as table
    from reports.error_rates import taken_as_met

    if file is None:
        default: Gate = Plan.model_fields["gates"].default
        courses = [course_of(default, size) for size in people or SIZES]
        print(table(every(default, courses, truths(default), runs, seed)))
        return
    for found in judged(file):
        sizes = people or (found.people,)
        courses = [found.course(size) for size in sizes]
        print(f"{found.title}\n")
        print(table(every(found.gate, courses, truths(found.gate), runs, seed)) + "\n")
        print("".join(f"{line}\n" for line in taken_as_met(not_simulated(found.gate))), end="")


@gate.command
def tune(
    file: PlanFile = None,
    *,
    phase: Annotated[str | None, Parameter(help="Of the plan; none: the first.")] = None,
    people: Annotated[int | None, Parameter(help="Size of the phase.")] = None,
    only: Annotated[str | None, Parameter(help="One threshold, like adopted.to_advance.")] = None,
    runs: Runs = RUNS,
    seed: Seed = SEED,
) -> None:
    """Print what each criterion's other thresholds would do, one table a criterion."""
    from gates.error_rates import course_of, rates
    from gates.tuning import choices
    from reports.error_rates import tuning

    if file is None:
        default: Gate = Plan.model_fields["gates"].default
        calendar = partial(course_of, default)
        found = Judged("the criteria of every plan", default, people or ONE_SIZE, calendar)
    else:
        found = _chosen(list(judged(file)), phase)
    size = people or found.people
    course = found.course(size)
    print(f"{found.title}, {size} people; {runs} simulated rollouts of each, seed {seed}")
    for choice in _asked(list(choices(found.gate)), only):
        rows = [
            (
                text,
                rates(other, choice.hoped, course, runs, seed),
                rates(other, choice.amiss, course, runs, seed),
            )
            for text, other in choice.gates
        ]
        print("\n" + tuning(choice.name, choice.now, rows))


def _asked(found: "list[Choice]", only: str | None) -> "list[Choice]":
    chosen = [choice for choice in found if only in {None, choice.name}]
    if only is not None and not chosen:
        names = ", ".join(choice.name for choice in found)
        raise NothingToTuneError(f"{only} decides nothing in this gate; there are {names}")
    return chosen


def judged(file: Path) -> Iterator[Judged]:
    """Give the gates of a plan, each with its cohort's size and days."""
    from cli.clock import now
    from cli.plan import looked_at

    return phases(looked_at(file, now()))


def phases(shown: "Shown") -> Iterator[Judged]:
    """Give the gates of a plan that was looked at; a phase without people has none."""
    from gates.error_rates import course_of_phase

    for phase in shown.plan.phases:
        people = sum(p.in_scope and p.phase == phase.name for p in shown.found.people)
        dates = shown.found.dates[phase.name]
        if people and dates.launch and dates.soak_ends_on:
            calendar = partial(course_of_phase, shown.plan, phase, dates)
            yield Judged(phase.name, shown.plan.gate_of(phase), people, calendar)


def _chosen(found: list[Judged], phase: str | None) -> Judged:
    names = [j.title for j in found]
    if not found or (phase is not None and phase not in names):
        said = f"the plan has {', '.join(names)}" if names else "nobody is in any phase"
        raise NothingToTuneError(f"{phase or 'no phase'} cannot be tuned: {said}")
    return found[names.index(phase) if phase else 0]
