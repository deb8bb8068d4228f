"""What changed between two plans."""

from pathlib import Path

import pytest

from config.difference import difference
from config.loading import parse

EXAMPLES = Path(__file__).parents[2] / "config/examples"
PHASED = (EXAMPLES / "phased.yaml").read_text(encoding="utf-8")


def changes(right: str, wrong: str) -> list[str]:
    assert right in PHASED
    return difference(parse(PHASED, "old"), parse(PHASED.replace(right, wrong, 1), "new"))


def test_the_same_plan_differs_in_nothing() -> None:
    assert changes("rollout: acme-crm", "rollout: acme-crm  # ours") == []


def test_each_changed_key_has_a_line() -> None:
    assert changes("share: 10-20%", "share: 15-25%") == [
        "phases.early-adopters.who.share: 10-20% -> 15-25%"
    ]
    assert changes("title: Paramaribo, ", "") == [
        "organisation.sites.paramaribo.title: Paramaribo (gone)"
    ]
    assert changes(
        "nps: {above: 0, answers: 40%}", "nps: {above: 0, answers: 40%, advisory: true}"
    ) == ["gates.nps.advisory: False -> True"]


def test_a_secret_written_into_the_plan_by_mistake_is_not_shown() -> None:
    (line,) = changes("token: secret:atlas-token", "token: hunter2")
    assert line == "new_tool.accounts.token: secret:atlas-token -> (not shown)"


@pytest.mark.parametrize("name", ["solo", "small-team", "growing", "phased"])
def test_every_example_is_complete(name: str) -> None:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    assert parse(text, name).phases
