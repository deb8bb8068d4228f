"""What happened since one last looked, in words for an operator: the audit trail and the steps."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from actions.desk import Desk
from ledger.evidence_tables import decision
from ledger.tables import audit
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION, Verb
from rollout.steps import StepState

Data = Mapping[str, Any]

_SAID = {
    "phase.dates": "{title} now launches on {launch}: {why}",
    "incident.open": "{who} opens incident {incident} ({severity}): {title}",
    "incident.update": "{who} on incident {incident}: {workaround}",
    "incident.close": "{who} closes incident {incident}: {why}",
    "rollout.pause": "{who} pauses the whole rollout: {why}",
    "rollout.resume": "the rollout is no longer paused",
    "approval": "{who} approves {subject}",
    "confirm.withdraw": "{items} items of its checklist are to be confirmed anew",
}
_SAID_OF = {"order": "{who} asks to {verb} {target}: {why}"}
_IF_UNSAID = {"why": "it is over", "workaround": "changed"}
_PHASE = {
    "prepare": "{title} is being prepared",
    "be_ready": "{title} is ready to launch",
    "launch": "{title} launches",
    "pass_gate": "{title} passes its gate",
    "pause": "{title} is paused: {why}",
    "resume": "{title} is no longer paused",
    "roll_back": "{title} must be rolled back: {why}",
    "finish_roll_back": "{title} is rolled back: {why}",
    "try_again": "{title} is tried again: {why}",
    "abandon": "{title} is abandoned: {why}",
}
_END = {
    "freeze": "{title} is read-only",
    "prove": "{title} is archived; the archive was restored and is equal",
    "cool_off": "{title} stays read-only for its cooling-off",
    "go_stale": "{title} must be archived anew: {why}",
    "thaw": "{title} is thawed: {why}",
    "retire": "{title} is off",
}
_STEPS = {
    "account.create": "accounts made or found",
    "account.activate": "accounts opened",
    "account.close": "accounts put back as found",
    "old.close": "people read-only in {old}",
    "old.reopen": "people at work in {old} again",
    "old.back_up": "back-up of {old}, restored and equal",
    "old.switch": "switches of {old} turned",
}


@dataclass
class News:
    """Remembers what was told."""

    desk: Desk
    entries: int = 0
    """Entries of the audit trail that were told."""
    told: set[str] = field(default_factory=set)
    """Keys of settled steps, and reasons to hold, that were told."""

    def since(self) -> list[str]:
        """Give what happened since the last call: what was said and decided, then what was done."""
        return [*self._entries(), *self._steps()]

    def _entries(self) -> Iterator[str]:
        here = (audit.c.rollout == self.desk.rollout) & (audit.c.seq > self.entries)
        with self.desk.door.read() as tx:
            rows = list(tx.execute(select(audit).where(here).order_by(audit.c.seq)))
        for r in rows:
            self.entries = r.seq
            if words := self.words(r.event, r.by, json.loads(r.data)):
                yield words

    def words(self, event: str, by: str, data: Data) -> str | None:
        """Say an entry of the trail; None where it is no news."""
        if event == "gate.decided":
            return self._held(data)
        part, _, verb = event.partition(".")
        template = _SAID.get(event) or _SAID_OF.get(part)
        if part == "phase" and event not in _SAID:
            template = (_END if data["phase"] == DECOMMISSION else _PHASE)[verb]
        if template is None or event == "order.end":
            return None
        known: dict[str, Any] = _IF_UNSAID | {
            "who": by.partition("@")[0],
            "verb": verb.replace("-", " "),
        }
        known.update(data)
        if data.get("phase"):
            known["title"] = data.get("title") or self._title(data["phase"])
        if "items" in data:
            known["items"] = len(data["items"])
        return template.format_map(known)

    def _title(self, phase: str) -> str:
        plan = self.desk.plan
        titles = {p.name: p.words for p in plan.phases} | {DECOMMISSION: plan.old_system.name}
        return titles.get(phase, "to those who answer for it")

    def _held(self, data: Data) -> str | None:
        """Say why a gate holds once its numbers count, each reason once."""
        here = (decision.c.rollout == self.desk.rollout) & (decision.c.id == data["decision"])
        with self.desk.door.read() as tx:
            document = tx.execute(select(decision.c.document).where(here)).scalar_one()["decision"]
        verdict = document["verdict"]
        once = f"{data['phase']} {verdict['headline']}"
        quiet = verdict["because"] in {"soaking", "paused"}
        if document["look"] != "gate" or verdict["kind"] != "hold" or quiet or once in self.told:
            return None
        self.told.add(once)
        return f"{self._title(data['phase'])} holds: {verdict['headline']}"

    def _steps(self) -> Iterator[str]:
        steps = self.desk.look().steps
        fresh = {k: s.state for k, s in steps.items() if k not in self.told and _ended(s.state)}
        self.told |= set(fresh)
        by_phase: dict[str, Counter[str]] = {}
        for key, state in fresh.items():
            kind, phase = key.split(":")[:2]
            by_phase.setdefault(phase, Counter())[self._kind(kind, state)] += 1
        for phase, counts in by_phase.items():
            said = ", ".join(f"{n} {words}" for words, n in counts.items())
            yield f"{self._title(phase)}: {said}"

    def _kind(self, kind: str, state: StepState) -> str:
        notice = kind.removeprefix("notice.")
        words = f"mails ({notice})" if notice != kind else _STEPS[kind]
        said = words.format(old=self.desk.plan.old_system.name)
        return said if state is StepState.DONE else f"{state}: {said}"


_STORY = ("incident.", "rollout.", "order.", "confirm.withdraw", "phase.dates")
_TURNS = {
    f"phase.{verb}"
    for verb in (Verb.PAUSE, Verb.RESUME, Verb.ROLL_BACK, Verb.FINISH_ROLL_BACK, Verb.TRY_AGAIN)
}


def story(desk: Desk) -> list[str]:
    """Tell what people and gates did from the first incident on; nothing where there was none."""
    news = News(desk)
    with desk.door.read() as tx:
        here = audit.c.rollout == desk.rollout
        rows = list(tx.execute(select(audit).where(here).order_by(audit.c.seq)))
    begun = False
    found = []
    for r in rows:
        begun = begun or r.event.startswith("incident.")
        told = r.event in _TURNS or r.event.startswith(_STORY)
        if not begun or not told or r.event == f"order.{OrderKind.RETIRE}":
            continue
        if words := news.words(r.event, r.by, json.loads(r.data)):
            at = r.at.astimezone(ZoneInfo(desk.plan.zone))
            found.append(f"{at:%a %d %b %H:%M}  {words}")
    return found


def _ended(state: StepState) -> bool:
    return state not in {StepState.PLANNED, StepState.CLAIMED, StepState.ON_WIRE}
