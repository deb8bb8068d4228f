"""`./dev bench gate`: what a gate costs at 100,000 people, on day 10 and on day 200.

Three things in one run. A gate's *evaluation* (snapshot, evidence, measuring, judging, the decision
kept) over the same people on both days, in turn, in CPU seconds of a process that has looked once
before; judging a *stored decision* again; and the most *memory* a whole tick takes, read from CSV
exports, in a process of its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from actions.desk import Desk, give_back, open_desk, take_lease
from actions.evidence_of import frames_of, moment_of
from actions.hands import PlainHands
from actions.judge_phase import judge_phase
from flows.order import tick
from gates.decision import from_json, replay
from gates.measuring import measure
from ledger import decisions
from rehearsal import multitude
from rehearsal.multitude import PHASE, Multitude

PEOPLE, ROUNDS, DAYS = 100_000, 5, (10, 200)
EXPORTS = 30
"""Daily exports in the folder that a tick reads."""
TIMES, MILLISECOND, MEGABYTES = 2.0, 1.0, 500.0
"""The goals."""


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="./dev bench gate", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--tick", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.tick:
        return _tick(Path(options.tick[0]), int(options.tick[1]))
    with tempfile.TemporaryDirectory(prefix="changeover-bench-") as name:
        folder = Path(name)
        base = multitude.found(folder / "base", options.people)
        worlds = {
            day: multitude.lived(base, folder / f"day-{day}", options.people, day) for day in DAYS
        }
        print(f"{date.today()}: {options.people:,} people, {options.rounds} rounds")  # noqa: DTZ011 - the reader's day
        met = [_evaluations(worlds, options.rounds), _replays(worlds[DAYS[0]], options.rounds)]
        met += [_memory(worlds[day], options.people, day) for day in DAYS]
    return 0 if all(met) else 1


def _evaluations(worlds: dict[int, Multitude], rounds: int) -> bool:
    """Judge both days in turn; whether the later costs at most twice the earlier."""
    desks = {day: _desk(made) for day, made in worlds.items()}
    parts: dict[str, Callable[[Desk, int], object]] = {
        "the whole look": lambda desk, day: judge_phase(desk, PHASE, multitude.moment(day)),
        "evidence and measuring": _measured,
    }
    met = True
    for title, part in parts.items():
        took: dict[int, list[float]] = {day: [] for day in worlds}
        for number in range(rounds + 1):
            for day, desk in desks.items():
                began = time.process_time()
                part(desk, day)
                if number:  # the first warms up
                    took[day].append(time.process_time() - began)
        first, last = (median(took[day]) for day in DAYS)
        print(f"  {title}: day {DAYS[0]} {first:.2f} s, day {DAYS[1]} {last:.2f} s of CPU,")
        print(f"    {last / first:.2f} times (goal: at most {TIMES:g})")
        met = met and last / first <= TIMES
    for desk in desks.values():
        give_back(desk, desk.held())
        desk.door.engine.dispose()
    return met


def _desk(made: Multitude) -> Desk:
    desk = open_desk(made.plan.rollout, url=made.url)
    return replace(desk, lease=take_lease(desk))


def _measured(desk: Desk, day: int) -> object:
    snapshot, now, spec = desk.look(), multitude.moment(day), desk.plan.phase(PHASE)
    moment = moment_of(desk, snapshot, spec, now, approved=True)
    return measure(frames_of(desk, snapshot, spec, now), desk.plan.gate_of(spec), moment)


def _replays(made: Multitude, rounds: int) -> bool:
    """Judge the newest decision again and again; whether that takes less than a millisecond."""
    desk = open_desk(made.plan.rollout, url=made.url)
    with desk.door.read() as tx:
        text = json.dumps(decisions.of_phase(tx, made.plan.rollout, PHASE)[-1].document)
    desk.door.engine.dispose()
    reading = median(_milliseconds(lambda: from_json(text)) for _ in range(rounds * 4))
    decision = from_json(text)
    assert replay(decision) == decision.verdict  # noqa: S101 - else nothing was measured
    judging = median(_milliseconds(lambda: replay(decision)) for _ in range(rounds * 20))
    print(f"  judging a stored decision: {judging:.2f} ms (goal: under {MILLISECOND:g}),")
    print(f"    after reading its {len(text) / 1000:,.0f} kB of JSON in {reading:.1f} ms")
    return judging < MILLISECOND


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def _memory(made: Multitude, people: int, day: int) -> bool:
    """Tick in a process of its own; whether it stays under the goal."""
    multitude.export(made, people, day, EXPORTS)
    command = [
        sys.executable,
        "-m",
        "rehearsal.bench",
        "gate",
        "--tick",
        str(made.folder),
        str(day),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    peak = found["peak_kb"] / 1000
    print(f"  a tick on day {day}: at most {peak:.0f} MB (goal: under {MEGABYTES:.0f}),")
    print(f"    {found['seconds']:.0f} s of CPU; {found['came']}")
    return bool(peak < MEGABYTES)


def _tick(folder: Path, day: int) -> int:
    """Do one tick; prints the most memory this process ever had, in kB."""
    made = multitude.at(folder)
    desk = open_desk(made.plan.rollout, url=made.url)
    came = tick(PlainHands(desk), made.plan.rollout, multitude.moment(day))
    # Not `ru_maxrss`: of a child that counts what its parent had when it was started.
    status = Path("/proc/self/status").read_text("utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0])
    said = f"{came.name}: {'; '.join(came.needs)[:200]}"
    print(json.dumps({"peak_kb": peak, "seconds": time.process_time(), "came": said}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
