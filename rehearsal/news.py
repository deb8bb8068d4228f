"""What happened since one last looked, in words for an operator: the audit trail and the steps."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from actions.desk import Desk
from ledger.evidence_tables import decision
from ledger.tables import audit
from rollout.orders import ROLLOUT
from rollout.phases import DECOMMISSION, Verb
from rollout.steps import StepState

Data = Mapping[str, Any]

_SAID = {
    "phase.dates": "{title}: launch moves to {launch}, {why}",
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
    "prepare": "{title}: being prepared",
    "be_ready": "{title}: ready to launch",
    "launch": "{title}: launched",
    "pass_gate": "{title}: passed its gate",
    "pause": "{title}: paused. {why}",
    "resume": "{title}: no longer paused",
    "roll_back": "{title}: must be rolled back. {why}",
    "finish_roll_back": "{title}: rolled back, {why}",
    "try_again": "{title}: to be tried again, {why}",
    "abandon": "{title}: abandoned, {why}",
}
_END = {
    "dates": "{title}: may be read-only from {launch}, {why}",
    "freeze": "{title}: read-only",
    "prove": "{title}: archived; the archive was restored and is equal",
    "cool_off": "{title}: read-only for its cooling-off",
    "go_stale": "{title}: must be archived anew, {why}",
    "thaw": "{title}: thawed, {why}",
    "retire": "{title}: off",
}
_STEPS = {
    "account.create": ("account made or found", "accounts made or found"),
    "account.activate": ("account opened", "accounts opened"),
    "account.close": ("account put back as found", "accounts put back as found"),
    "old.close": ("person read-only in {old}", "people read-only in {old}"),
    "old.reopen": ("person at work in {old} again", "people at work in {old} again"),
    "old.back_up": ("back-up of {old}, restored and equal", "back-ups, restored and equal"),
    "old.switch": ("switch turned", "switches turned"),
}
"""Kind -> what one of them is called, and what more are."""


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
        if part == "phase" and (event not in _SAID or data["phase"] == DECOMMISSION):
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
        if "target" in data:
            whole = data["target"] == ROLLOUT
            known["target"] = "the whole rollout" if whole else self._title(data["target"])
        if "launch" in data:
            known["launch"] = f"{date.fromisoformat(data['launch']):%a %d %b}"
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
        by_phase: dict[str, Counter[tuple[str, StepState]]] = {}
        for key, state in fresh.items():
            kind, phase = key.split(":")[:2]
            by_phase.setdefault(phase, Counter())[kind, state] += 1
        for phase, counts in by_phase.items():
            said = ", ".join(self._counted(kind, state, n) for (kind, state), n in counts.items())
            yield f"{self._title(phase)}: {said}"

    def _counted(self, kind: str, state: StepState, number: int) -> str:
        notice = kind.removeprefix("notice.")
        mail = (f"mail ({notice})", f"mails ({notice})")
        one, more = mail if notice != kind else _STEPS[kind]
        words = (one if number == 1 else more).format(old=self.desk.plan.old_system.name)
        return f"{number} {words}" if state is StepState.DONE else f"{number} {words} {state}"


_STORY = ("incident.", "rollout.", "order.", "confirm.withdraw", "phase.dates")
_TURNS = frozenset(
    f"phase.{verb}"
    for verb in (Verb.PAUSE, Verb.RESUME, Verb.ROLL_BACK, Verb.FINISH_ROLL_BACK, Verb.TRY_AGAIN)
)


def story(desk: Desk) -> list[str]:
    """Tell what people and gates did from an incident until what it undid is launched again."""
    news = News(desk)
    with desk.door.read() as tx:
        here = audit.c.rollout == desk.rollout
        rows = list(tx.execute(select(audit).where(here).order_by(audit.c.seq)))
    found, telling = [], False
    undone: set[str] = set()
    for r in rows:
        data = json.loads(r.data)
        phase = data.get("phase")
        telling = telling or r.event == "incident.open"
        if r.event == f"phase.{Verb.ROLL_BACK}":
            undone.add(phase)
        again = r.event == f"phase.{Verb.LAUNCH}" and phase in undone
        if telling and (again or r.event in _TURNS or r.event.startswith(_STORY)):
            at = r.at.astimezone(ZoneInfo(desk.plan.zone))
            words = news.words(r.event, r.by, data)
            found += [f"{at:%a %d %b %H:%M}  {words}"] if words else []
        if again:
            undone.discard(phase)
            telling = bool(undone)
    return found


def _ended(state: StepState) -> bool:
    return state not in {StepState.PLANNED, StepState.CLAIMED, StepState.ON_WIRE}
