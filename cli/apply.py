"""`changeover apply`: record a plan, or a change of one, and register its deployments."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from actions.apply_plan import Applied, apply_plan, changes
from cli.book import Token, opened
from cli.clock import now
from cli.people import entries_of
from config.loading import load
from config.plan import Plan
from ledger.opening import open_ledger
from ledger.place import ledger_url
from ledger.snapshots import UnknownRolloutError


class NotAppliedError(Exception):
    """Nothing was recorded, because nobody said yes. The message says how to."""


def apply(
    file: Path = Path("plan.yaml"),
    *,
    only_to: Annotated[
        str | None, Parameter(help="Send every mail to this address; withhold other effects.")
    ] = None,
    yes: Annotated[bool, Parameter(help="Do not ask, after a change was shown.")] = False,
    token: Token = None,
) -> None:
    """Record the plan of FILE: people, phases, dates. A change is shown first, and asked about."""
    plan = load(file)
    text = file.read_text(encoding="utf-8-sig")
    by = _agreed(plan, yes=yes, token=token)
    entries, _ = entries_of(plan, file.parent)
    door = open_ledger(ledger_url(), plan.rollout)
    try:
        done = apply_plan(door, plan, text, file.parent, by, now(), entries, only_to)
    finally:
        door.engine.dispose()
    _say(plan, done, only_to)
    print(register(plan))


def _agreed(plan: Plan, *, yes: bool, token: str | None) -> str:
    """Give who applies: at first the one who signs; later the token's owner, shown the change."""
    try:
        with opened(plan.rollout) as book:
            by = book.proved(token)
            with book.door.read() as tx:
                lines = changes(tx, plan) or []
    except UnknownRolloutError:
        return plan.organisation.signed_by.email
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


def _say(plan: Plan, done: Applied, only_to: str | None) -> None:
    if done.first:
        signer = plan.organisation.signed_by.email
        print(f"{plan.rollout} is recorded: {done.people} people, {len(plan.phases)} phases.")
        print(f"Next: `changeover token {signer}` makes the first personal token.")
    else:
        print(f"{plan.rollout} is changed: {len(done.changes)} lines in the audit trail.")
    if only_to:
        print(f"Every mail goes to {only_to}; nothing else has any effect yet.")


def register(plan: Plan) -> str:
    """Register the plan's deployments where a Prefect server answers; say what was done."""
    url = os.environ.get("PREFECT_API_URL")
    later = "`changeover up` registers its deployments."
    if url is None:
        return f"No Prefect server is configured: {later}"
    import httpx

    try:
        answers = httpx.get(f"{url.rstrip('/')}/health", timeout=3).is_success
    except httpx.HTTPError:
        answers = False
    if not answers:
        return f"The Prefect server does not answer: {later}"
    from flows.registering import register as register_with_prefect

    return f"{len(register_with_prefect(plan, ledger_url()))} deployments are registered."
