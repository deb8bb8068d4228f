"""What became of an effect, as people say it."""

import pytest

from cli.effects import became
from rollout.steps import Kind, StepState


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("notice.welcome", StepState.DONE, "welcome mail sent"),
        ("notice.token", StepState.SKIPPED, "token mail not sent"),
        ("only-to.welcome", StepState.DONE, "welcome mail to one address sent"),
        ("notice.survey", StepState.UNKNOWN, "survey mail: of unknown fate"),
        (Kind.ACTIVATE, StepState.DONE, "account opened"),
        (Kind.ACTIVATE, StepState.SKIPPED, "account opened: skipped"),
    ],
)
def test_an_effect_is_told_in_words(kind: str, state: StepState, said: str) -> None:
    assert became(kind, state) == said


def test_every_kind_has_its_words() -> None:
    assert not {kind for kind in Kind if kind in became(kind, StepState.DONE)}
