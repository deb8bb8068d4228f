"""What a gate will do is said before it is needed, and the documentation says the same."""

import re

from tests.architecture.house import ROOT
from tests.cli.conftest import Command

PAGE = ROOT / "docs" / "explanation" / "gates.md"


def committed(command: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    (found,) = re.findall(rf"<!-- changeover {command} -->\n(.*?)\n<!-- end -->", text, re.DOTALL)
    return str(found)


def test_the_documented_error_rates_are_what_the_command_prints(command: Command) -> None:
    said = command("gate", "errors")
    assert said.code == 0, said.err
    assert said.out.rstrip() == committed("gate errors")


def test_the_documented_bars_are_what_the_command_prints(command: Command) -> None:
    said = command("gate", "tune", "--only", "adopted.to_advance")
    assert said.out.split("\n\n")[1].rstrip() == committed("gate tune")
    refused = command("gate", "tune", "--only", "adopted")
    assert refused.code == 2
    assert "adopted.to_advance, training_completed.at_least" in refused.err


def test_a_plans_own_gates_are_told_with_their_cohorts(command: Command) -> None:
    assert command("init", "--timeline", "phased").code == 0
    said = command("gate", "errors", "plan.yaml", "--runs", "20")
    assert said.code == 0, said.err
    assert re.findall(r"(?m)^[a-z-]+$", said.out) == [
        "early-adopters",
        "core-team",
        "remaining-users",
    ]
    assert re.findall(r"people of the phase +\| (\d+)", said.out)[::2] == ["9", "21", "30"]
    said = command("gate", "tune", "plan.yaml", "--phase", "core-team", "--runs", "20")
    assert said.out.startswith("core-team, 21 people; 20 simulated rollouts")
    assert said.out.count(" (now) ") == 6
    refused = command("gate", "tune", "plan.yaml", "--phase", "nobody")
    assert refused.code == 2
    assert "early-adopters, core-team, remaining-users" in refused.err
