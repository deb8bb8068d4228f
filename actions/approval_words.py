"""What an approver is told: what is asked, why now, on what evidence, how to answer, until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from config.names import Language
from config.plan import Phase, Plan
from notices import speaking
from notices import words as w
from rollout.asking import Request
from rollout.officials import name_of
from rollout.phases import DECOMMISSION, State
from rollout.retirement import cooling_off
from rollout.schedule import countries_of, last_look, notice_to_cancel_by
from rollout.snapshot import Snapshot

RETIRE = "retire"
_NOT_LAUNCHED = frozenset({State.PLANNED, State.PREPARING, State.READY})


@dataclass(frozen=True)
class _Asking:
    """One request, ready to be said in one language."""

    plan: Plan
    snapshot: Snapshot
    request: Request
    language: Language

    def say(self, english: str, dutch: str) -> str:
        return english if self.language is Language.EN else dutch

    def day(self, when: date) -> str:
        return speaking.day(when, self.language)

    @property
    def phase(self) -> str:
        if self.request.phase == DECOMMISSION:
            return self.plan.old_system.name
        return self.plan.phase(self.request.phase).words

    @property
    def old(self) -> str:
        return self.plan.old_system.name

    def following(self) -> tuple[Phase, date] | None:
        """Give the phase that launches next after the one asked about, and when."""
        names = [p.name for p in self.plan.phases]
        place = names.index(self.request.phase) + 1
        for phase in self.plan.phases[place:]:
            at = self.snapshot.phases[phase.name]
            if at.state in _NOT_LAUNCHED and at.dates.launch is not None:
                return phase, at.dates.launch
        return None


def approval_words(
    plan: Plan, snapshot: Snapshot, request: Request, language: Language, audit_head: str
) -> w.Approval:
    """Put a request into words; `audit_head` is the trail's newest hash."""
    asking = _Asking(plan, snapshot, request, language)
    kind = request.subject.partition(":")[0]
    what, why, if_nothing = _SAYING[kind](asking)
    following = None if request.phase == DECOMMISSION else asking.following()
    until = None
    if following is not None:
        everyone = list(snapshot.people.values())
        until = last_look(following[1], countries_of(plan, everyone, following[0].name))
    return w.Approval(
        what=what,
        phase=asking.phase,
        people=_people(snapshot, request),
        evidence=request.evidence,
        if_nothing=if_nothing,
        digest=request.digest,
        requester=name_of(plan, snapshot.people, request.requester),
        command=_command(plan, request, typed=_is_own(plan, request)),
        why=why,
        until=until,
        needed=request.needed,
        audit_head=audit_head,
        **_archive(snapshot, request),
    )


def _archive(snapshot: Snapshot, request: Request) -> dict[str, str | None]:
    """Give what proves an archive in years to come: the mail lies elsewhere than the archive."""
    if request.phase != DECOMMISSION:
        return {}
    made = snapshot.archive if request.subject == RETIRE else None
    if made is None:
        return {"signer": snapshot.signer}
    return {"signer": made.signer, "seal": made.seal}


def _people(snapshot: Snapshot, request: Request) -> int:
    if request.phase == DECOMMISSION:
        return sum(1 for p in snapshot.people.values() if p.in_scope)
    return len(snapshot.members(request.phase))


def _is_own(plan: Plan, request: Request) -> bool:
    """Whether the requester confirms it themselves, for want of anybody else."""
    return all(a.lower() == request.requester.lower() for a in plan.approvers)


def _command(plan: Plan, request: Request, *, typed: bool) -> str:
    words = f"changeover approve {request.subject} --digest {request.digest}"
    words += f" --typed {request.subject}" if typed else ""
    return f"{words} --rollout {plan.rollout}"


def _of_gate(asking: _Asking) -> tuple[str, str, str]:
    return (
        asking.say(f"{asking.phase} may advance", f"{asking.phase} mag verder"),
        asking.say(
            "everything its gate asks for is shown; only the approval is missing",
            "alles wat gevraagd werd is aangetoond; alleen de goedkeuring ontbreekt",
        ),
        _waits(asking),
    )


def _of_override(asking: _Asking) -> tuple[str, str, str]:
    return (
        asking.say(
            f"{asking.phase} passes although its gate does not let it",
            f"{asking.phase} gaat verder hoewel de poort dat niet toestaat",
        ),
        asking.request.reason,
        asking.say("the gate's own verdict stands", "het oordeel van de poort zelf blijft gelden"),
    )


def _waits(asking: _Asking) -> str:
    following = asking.following()
    if following is None:
        return asking.say(
            f"{asking.phase} stays at its gate, and {asking.old} stays in use",
            f"{asking.phase} blijft wachten, en {asking.old} blijft in gebruik",
        )
    phase, launch = following
    people = len(asking.snapshot.members(phase.name))
    return asking.say(
        f"{phase.words} does not launch on {asking.day(launch)} but a week later, and its "
        f"{people} people are told",
        f"{phase.words} begint niet op {asking.day(launch)} maar een week later, en de {people} "
        "mensen krijgen daar bericht van",
    )


def _of_freeze(asking: _Asking) -> tuple[str, str, str]:
    return (
        asking.say(f"{asking.old} becomes read-only", f"{asking.old} wordt alleen-lezen"),
        asking.say(
            f"everybody works in {asking.plan.new_tool.name}; it can be undone until the end",
            f"iedereen werkt met {asking.plan.new_tool.name}; het kan tot het einde worden "
            "teruggedraaid",
        ),
        asking.say(f"{asking.old} stays in use", f"{asking.old} blijft in gebruik")
        + _cancel(asking),
    )


def _of_retire(asking: _Asking) -> tuple[str, str, str]:
    wait = _days(cooling_off(asking.plan, asking.snapshot), asking.language)
    archived = asking.snapshot.archive is not None
    return (
        asking.say(
            f"{asking.old} is switched off for good, {wait} from now",
            f"{asking.old} gaat over {wait} definitief uit",
        ),
        asking.say(
            "its archive was restored and compared, and is equal",
            "het archief is teruggezet en vergeleken, en is gelijk",
        )
        if archived
        else asking.say("it is frozen", "het is alleen-lezen"),
        asking.say(f"{asking.old} stays read-only", f"{asking.old} blijft alleen-lezen")
        + _cancel(asking),
    )


def _days(wait: timedelta, language: Language) -> str:
    hours = int(wait.total_seconds() // 3600)
    if hours % 24:
        return f"{hours} uur" if language is Language.NL else f"{hours} hours"
    days = hours // 24
    if language is Language.NL:
        return f"{days} dag" if days == 1 else f"{days} dagen"
    return f"{days} day" if days == 1 else f"{days} days"


def _cancel(asking: _Asking) -> str:
    by = notice_to_cancel_by(asking.plan)
    if by is None:
        return ""
    when = speaking.full_day(by, asking.language)
    return asking.say(
        f"; its subscription renews unless it is cancelled by {when}",
        f"; het abonnement loopt door als het niet uiterlijk {when} is opgezegd",
    )


_SAYING: dict[str, Callable[[_Asking], tuple[str, str, str]]] = {
    "gate": _of_gate,
    "override": _of_override,
    "freeze": _of_freeze,
    "retire": _of_retire,
}
"""What, why now and what happens otherwise, by the subject's first word."""
