"""What an effect is called, by the kind of its step."""

from rollout.steps import NOTICE, ONLY_TO, StepState, is_mail

_EFFECTS = {
    "account.create": "account created, inactive, or linked",
    "account.activate": "account opened",
    "account.close": "account closed",
    "old.close": "access to the old system taken back",
    "old.reopen": "access to the old system given back",
    "old.back_up": "back-up of the old system",
    "old.switch": "switch of the old system",
}
_SENT = {StepState.DONE: "sent", StepState.SKIPPED: "not sent", StepState.REFUSED: "refused"}
_CAME = {
    StepState.PLANNED: "to be tried again",
    StepState.CLAIMED: "under way",
    StepState.ON_WIRE: "under way",
    StepState.UNKNOWN: "of unknown fate",
}


def effect(kind: str) -> str:
    """Name an effect: "welcome mail", "account opened"."""
    if not is_mail(kind):
        return _EFFECTS.get(kind, kind)
    name = kind.removeprefix(NOTICE).removeprefix(ONLY_TO)
    return f"{name} mail to one address" if kind.startswith(ONLY_TO) else f"{name} mail"


def became(kind: str, state: StepState) -> str:
    """Say what became of an effect: "welcome mail sent", "account opened: refused"."""
    if is_mail(kind) and state in _SENT:
        return f"{effect(kind)} {_SENT[state]}"
    return effect(kind) if state is StepState.DONE else f"{effect(kind)}: {_CAME.get(state, state)}"
