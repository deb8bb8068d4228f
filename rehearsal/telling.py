"""What a demo says: a line for what happens, and at the end what came of it and where to look."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Console

from rehearsal.summary import AttemptSummary, Summary

_DAY = "%a %d %b"
_MARGIN = 13
_WIDEST = 110
"""Longer lines are hard to read, however wide the terminal is."""


def line(console: Console, when: str, words: str) -> None:
    """Print what happened, under the day or hour it happened; long words go on below."""
    _put(console, f"{when:<{_MARGIN}}", words, hang=2)


def _put(console: Console, head: str, words: str, hang: int = 0) -> None:
    """Print words after a head, and what goes over the edge under themselves, `hang` deeper."""
    width = min(console.width, _WIDEST)
    indent = " " * (len(head) + hang)
    text = textwrap.fill(
        words,
        width,
        initial_indent=head,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def day_of(day: date) -> str:
    """Say a day as the lines do."""
    return f"{day:{_DAY}}"


def tell(console: Console, summary: Summary) -> None:
    """Say what came of a rollout, to whoever leads IT."""
    adopted = sum(p.adopted for p in summary.phases)
    console.rule(f"{summary.organisation}: from {summary.old} to {summary.new}")
    since = f"{summary.old} is {summary.decommission} since {_day(summary.decommissioned)}."
    moved = f"{summary.people} people moved in {len(summary.phases)} phases, {adopted} of them took"
    _put(console, "", f"{moved} to {summary.new}. {since}")
    for phase in summary.phases:
        _put(console, "", "")
        _put(console, "", f"{phase.phase}: {phase.people} people, {phase.adopted} adopted")
        for attempt in phase.attempts:
            for indent, words in _attempt(attempt, of=len(phase.attempts)):
                _put(console, " " * indent, words, hang=2)
    if summary.story:
        _put(console, "", "")
        _put(console, "", "what happened in the trouble")
        for words in summary.story:
            when, _, said = words.partition("  ")
            _put(console, f"  {when}  " if said else "  ", said or words, hang=2)
    _put(console, "", "")
    for name, words in _facts(summary):
        row(console, name, words)


def _attempt(attempt: AttemptSummary, of: int) -> Iterator[tuple[int, str]]:
    number = f"attempt {attempt.attempt}: " if of > 1 else ""
    looks = sum(attempt.looks.values())
    end = f"{attempt.outcome} {_day(attempt.ended)}" if attempt.ended else attempt.outcome
    yield 2, f"{number}launched {_day(attempt.launch)}, {end}, after {looks} looks at its gate"
    for reason in attempt.held:
        yield 4, f"held: {reason}"
    passed = attempt.outcome == "passed"
    yield 4, f"gate: {' · '.join(attempt.numbers)}" if passed else f"gate: {attempt.verdict}"
    if not passed:
        yield 4, f"it saw: {' · '.join(attempt.numbers)}"


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    total = sum(n for counts in summary.mails.values() for n in counts.values())
    kinds = [f"{kind} {_outcomes(counts)}" for kind, counts in summary.mails.items()]
    yield "mails", f"{total} in all: {', '.join(kinds)}"
    a = summary.accounts
    yield "accounts", f"{a.get('made', 0)} made, {a.get('found', 0)} found, {a['open']} open now"
    if summary.archive is not None:
        its = summary.archive
        proved = "restored and equal to the source" if its.proved else "NOT PROVED"
        yield "archive", f"{its.name}: {its.tables} tables, {its.rows:,} rows, {proved}"
        yield "signed", f"with the key {its.signer}" if its.signer else "NOT SIGNED"


def _outcomes(counts: dict[str, int]) -> str:
    """Say the number, and any outcome but sent."""
    other = [f"{n} {outcome}" for outcome, n in counts.items() if outcome != "sent"]
    return ", ".join([str(counts.get("sent", 0)), *other])


def row(console: Console, name: str, words: str) -> None:
    """Print one fact under a name."""
    _put(console, f"{name:<10}", words)


def differences(console: Console, wrong: Sequence[str], at_most: int = 10) -> None:
    """Say what world and ledger differ in."""
    for words in wrong[:at_most]:
        _put(console, "  ", words)
    if len(wrong) > at_most:
        _put(console, "  ", f"and {len(wrong) - at_most} more")


def _day(iso: str) -> str:
    return day_of(date.fromisoformat(iso))
