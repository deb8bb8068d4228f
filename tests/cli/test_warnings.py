"""What `changeover plan` says to look at before a plan is applied."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

PEOPLE = "email,given,family,site\n" + "".join(
    f"p{n}@team.example,P,{n},office\n" for n in range(1, 7)
)


@pytest.fixture
def small(command: Command, folder: Path) -> Command:
    """Give the commands beside a small team's plan."""
    assert command("init", "--timeline", "small-team").code == 0
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return command


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_evidence_that_is_not_there_is_named_with_its_line(small: Command, folder: Path) -> None:
    out = small("plan").out
    assert "new_tool.activity.folder: drop/logins is not there yet" in out
    (folder / "drop" / "logins").mkdir(parents=True)
    assert "drop/logins has no CSV file yet" in small("plan").out
    (folder / "drop" / "logins" / "a.csv").write_text("email,day\n", encoding="utf-8")
    assert "drop/logins" not in small("plan").out


def test_a_bar_that_takes_everybody_is_said(small: Command) -> None:
    assert "80% of 3 people is all 3" in small("plan").out


def test_a_trainer_at_two_sessions_at_once_is_named(small: Command, folder: Path) -> None:
    edit(folder, "seats: 10", "seats: 10, trainer: t@team.example")
    assert "two sessions at once" not in small("plan").out
    edit(
        folder,
        "    office: {",
        "    branch: {title: Branch, zone: America/Port_of_Spain, language: en}\n    office: {",
    )
    people = PEOPLE.replace("P,2,office", "P,2,branch").replace("P,3,office", "P,3,branch")
    (folder / "people.csv").write_text(people, encoding="utf-8")
    out = small("plan").out
    assert "trainings.hour.trainer: t@team.example would give two sessions at once on Tue" in out
