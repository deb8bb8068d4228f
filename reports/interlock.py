"""The old system's end: every condition before it may go, as Markdown."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from config.plan import Plan
from reports.gate import plain, signing
from rollout.condition import Condition, Name
from rollout.looser import looser
from rollout.phases import DECOMMISSION, State
from rollout.renewal import countdown_words
from rollout.snapshot import Snapshot

_TITLES = {
    Name.PHASES: "every phase passed",
    Name.ADOPTED: "the tool is in use across the organisation",
    Name.LOG_INS: "nobody logs in any more",
    Name.ATTEMPTS: "nobody tries to log in",
    Name.EXCLUDED: "nobody was left out",
    Name.JOINERS: "who joined late has an account",
    Name.INTEGRATIONS: "integrations have moved",
    Name.INCIDENTS: "no serious incident is open",
    Name.UNKNOWN: "nothing is of unknown fate",
    Name.BACK_UPS: "back-ups are present",
    Name.DATE: "its day has come",
    Name.ARCHIVE: "the archive is sealed, restored and compared",
    Name.KEYS: "each key opens the archive alone",
}
_STAGES = {
    State.PLANNED: "in use; next it is frozen, which can be undone",
    State.FROZEN: "frozen; next it is exported and proved",
    State.PROVED: "the archive is proved; next it is approved and cools off",
    State.COOLING: "cooling off; next it is switched off, which cannot be undone",
    State.RETIRED: "switched off",
}


def interlock(
    plan: Plan,
    snapshot: Snapshot,
    conditions: Sequence[Condition],
    *,
    target: str,
    approvals: str,
    words: Sequence[str],
    now: datetime,
) -> str:
    """Write where the old system's end stands; people by key only.

    `target`: which database it is, in the connector's words; `approvals`: how many have approved
    what comes next; `words`: what the last call said.
    """
    state, name = snapshot.state(DECOMMISSION), plain(plan.old_system.name)
    local = now.astimezone(ZoneInfo(plan.zone))
    failing = sum(not c.holds for c in conditions)
    head = f"{failing} of {len(conditions)} conditions do not hold" if failing else "all holds"
    counted = countdown_words(plan, snapshot, now)
    loose = "; ".join(said for _, said in looser(plan, snapshot.ceremony))
    lines = [
        f"**Stands:** {_STAGES.get(state, state.replace('_', ' '))}.",
        f"**Target:** {plain(target)}",
        f"**Approved:** {plain(approvals)}",
        *([f"**Looser than usual:** {plain(loose)}."] if loose else []),
        *([f"**What next:** {plain('; '.join(words))}"] if words else []),
        *([f"**Subscription:** {plain(counted)}."] if counted else []),
    ]
    return "\n\n".join(
        [
            f"### The end of {name}: {head}",
            f"As of {local:%a} {local.day} {local:%b %Y}, {local:%H:%M} ({plan.zone}).",
            _table(conditions),
            "  \n".join(lines),
            *([signing(snapshot.signer)] if snapshot.signer else []),
        ]
    )


def _table(conditions: Sequence[Condition]) -> str:
    rows = [
        f"| {'✅' if c.holds else '❌'} | {_TITLES[c.name]} | {plain(c.words)} |"
        for c in conditions
    ]
    return "\n".join(["| | condition | now |", "|---|---|---|", *rows])
