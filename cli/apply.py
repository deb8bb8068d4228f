"""`changeover apply`: record a plan, or a change of one, and register its deployments."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter, ValidationError

from actions.apply_plan import Applied, apply_plan, changes
from cli.book import opened
from cli.clock import now
from cli.options import Token
from cli.people import entries_of
from cli.server import answers, configured
from config.loading import load
from config.outside import Address
from config.plan import Plan
from config.problems import PlanError
from ledger.opening import open_ledger
from ledger.place import ledger_url
from ledger.snapshots import UnknownRolloutError

ONLY_TO_VARIABLE = "CHANGEOVER_ONLY_TO"


class NotAppliedError(Exception):
    """Nothing was recorded, because nobody said yes. The message says how to."""


def apply(
    file: Path = Path("plan.yaml"),
    *,
    only_to: Annotated[
        str | None,
        Parameter(
            help="Send every mail to this address and withhold all else, until `changeover go`; "
            f"else, for a new rollout, {ONLY_TO_VARIABLE}."
        ),
    ] = None,
    yes: Annotated[bool, Parameter(help="Do not ask, after a change was shown.")] = False,
    token: Token = None,
) -> None:
    """Record the plan of FILE: people, phases, dates. A change is shown first, and asked about."""
    plan = load(file)
    if only_to is not None:
        only_to = address(only_to)
    text = file.read_text(encoding="utf-8-sig")
    with _named(file):
        by = _agreed(plan, text, yes=yes, token=token)
    if by is None:
        by, only_to = plan.organisation.signed_by.email, only_to or _from_settings()
    entries, _ = entries_of(plan, file.parent)
    door = open_ledger(ledger_url(), plan.rollout)
    try:
        with _named(file):
            done = apply_plan(door, plan, text, file.parent, by, now(), entries, only_to)
    finally:
        door.engine.dispose()
    _say(plan, done)
    print(register(plan))


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Give what is refused the file's name: the ledger's side knows the text alone."""
    try:
        yield
    except PlanError as error:
        raise PlanError([replace(p, file=file.name) for p in error.problems]) from None


def address(text: str) -> str:
    """Give an address as it was written; NotAppliedError where it is none."""
    try:
        return TypeAdapter(Address).validate_python(text)
    except ValidationError:
        msg = f"nothing recorded: {text} is no e-mail address; write it like it@acme.example"
        raise NotAppliedError(msg) from None


def _from_settings() -> str | None:
    text = os.environ.get(ONLY_TO_VARIABLE)
    return address(text) if text else None


def _agreed(plan: Plan, text: str, *, yes: bool, token: str | None) -> str | None:
    """Give who applies a change: the token's owner, shown it. None: the rollout is new.

    PlanError before anybody is asked, where it would be refused.
    """
    try:
        with opened(plan.rollout) as book:
            by = book.proved(token)
            with book.door.read() as tx:
                lines = changes(tx, plan, text, now()) or []
    except UnknownRolloutError:
        return None
    _ask(plan.rollout, lines, yes=yes)
    return by


def _ask(rollout: str, lines: Sequence[str], *, yes: bool) -> None:
    print(f"{rollout} is recorded already; " + ("this changes:" if lines else "no key changes."))
    for line in lines:
        print(f"  {line}")
    if yes or not lines:
        return
    if not sys.stdin.isatty():
        msg = "nothing recorded: say --yes where nobody can be asked"
        raise NotAppliedError(msg)
    if input("Record it? [y/N] ").strip().lower() not in {"y", "yes", "j", "ja"}:
        msg = "nothing recorded"
        raise NotAppliedError(msg)


def _say(plan: Plan, done: Applied) -> None:
    if done.first:
        signer = plan.organisation.signed_by.email
        print(f"{plan.rollout} is recorded: {done.people} people, {len(plan.phases)} phases.")
        print(f"Next: `changeover token {signer}` makes the first personal token.")
    elif done.changes:
        print(f"{plan.rollout} is changed: {len(done.changes)} lines in the audit trail.")
    else:
        print(f"{plan.rollout} stays as it was; the plan's text is recorded as it is now.")
    if done.only_to:
        print(f"ONLY TO {done.only_to}: every mail goes there, nothing else has any effect.")
        print("Next: `changeover go`, once you like what you see, lets it begin.")


def register(plan: Plan) -> str:
    """Register the plan's deployments where a Prefect server answers; say what was done."""
    url, later = configured(), "`changeover up` registers its deployments."
    if url is None:
        return f"No Prefect server is configured: {later}"
    if not answers(url):
        return f"The Prefect server does not answer: {later}"
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.registering import register as register_with_prefect

    with temporary_settings({PREFECT_API_URL: url}):
        return f"{len(register_with_prefect(plan, ledger_url()))} deployments are registered."
