"""What `changeover plan` says to look at before a plan is applied."""

import re
from datetime import UTC, date, datetime, time, timedelta
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


def test_keys_of_the_archive_that_are_missing_are_named_before_it_is_too_late(
    command: Command, folder: Path
) -> None:
    assert command("init", "--timeline", "phased").code == 0
    edit(folder, "    keep_until:", "    encrypt_for: [keys/ops.pub]\n    keep_until:")
    out = command("plan").out
    assert "keys/ops.pub is not there yet; nothing is archived without it" in out
    assert "one key for 60 people: nothing is archived until a second one is named" in out
    edit(folder, "[keys/ops.pub]", "[keys/ops.pub, keys/escrow.pub]")
    (folder / "keys").mkdir()
    for name in ("ops.pub", "escrow.pub"):
        (folder / "keys" / name).write_text("age1")
    out = command("plan").out
    assert "nothing is archived" not in out


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


def test_a_training_outside_of_working_hours_is_said(small: Command, folder: Path) -> None:
    assert "usually work" not in small("plan").out
    edit(folder, "at: '10:00'", "at: '22:30'")
    said = "trainings.hour.at: from 22:30 to 23:30, and people usually work from 07:00 to 18:00"
    assert said in small("plan").out
    edit(folder, "at: '22:30'", "at: '17:30'")
    assert "from 17:30 to 18:30" in small("plan").out
    edit(folder, "at: '17:30'", "at: '23:30'")
    assert "from 23:30 to 00:30" in small("plan").out


def test_days_on_which_nobody_works_are_said(small: Command, folder: Path) -> None:
    assert "a weekend" not in small("plan").out
    edit(folder, "remind_days: 3", "remind_days: 2")
    out = small("plan").out
    assert "notices.remind_days: 3 reminder mails would leave on S" in out
    assert ", a weekend; another number of days or launch moves them" in out
    edit(folder, "remind_days: 2", "remind_days: 3")
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    start = date.fromisoformat(text.partition("\nstart: ")[2].split()[0])
    edit(folder, f"start: {start}", f"start: {start - timedelta(days=2)}")
    out = small("plan").out
    assert re.search(r"start: nobody works on Sat [^,]+, a weekend: first-half launches on ", out)


def test_a_start_that_leaves_no_time_to_tell_people_is_said(
    small: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "in which people are told" not in small("plan").out
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    start = date.fromisoformat(text.partition("\nstart: ")[2].split()[0])
    late = datetime.combine(start - timedelta(days=2), time(12), UTC)
    monkeypatch.setattr("cli.plan.present", lambda: late)
    out = small("plan").out
    assert "the 7 days in which people are told began on" in out
    assert ": 2 are left" in out


def test_approvers_too_few_to_retire_are_counted(command: Command, folder: Path) -> None:
    assert command("init", "--timeline", "phased").code == 0
    assert "besides who signs" not in command("plan").out
    edit(folder, "approvers: [m.kromosoeto@acme.example, d", "approvers: [r.sital@acme.example, d")
    assert "approvers: 1 besides who signs; retiring the old system takes 2" in command("plan").out
    edit(folder, ", d.hinds@acme.example]", "]")
    assert "and core-team waits for one: name more" in command("plan").out


def test_a_day_of_the_old_systems_end_that_is_past_is_refused(
    command: Command, folder: Path
) -> None:
    assert command("init", "--timeline", "phased").code == 0
    out = command("plan").out
    assert "cancel Kantoor by " in out
    assert "old_system.renews" not in out
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    renews = text.partition("  renews: ")[2].split()[0]
    edit(folder, f"renews: {renews}", "renews: 2025-01-31")
    edit(folder, "keep_until: 2036-12-31", "keep_until: 2020-01-31")
    out = command("plan").out
    assert "cancel Kantoor by " not in out
    problems, refused = out.partition("2 problems")[2], command("apply")
    assert refused.code == 2
    for said in (
        "old_system.renews: 2025-01-31 is past (today is ",
        "decommission.archive.keep_until: 2020-01-31 is past (today is ",
    ):
        assert said in problems
        assert said in refused.err
    assert command("status").err.startswith("no rollout is recorded")


def test_a_secret_without_a_name_is_told(command: Command, folder: Path) -> None:
    assert command("init", "--timeline", "small-team").code == 0
    edit(folder, "secret:atlas-token", "'secret:'")
    assert "accounts.token: secret: names no secret; write it like sec" in command("plan").out


def test_a_secret_this_machine_does_not_have_is_named_once(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("init", "--timeline", "small-team").code == 0
    said = "new_tool.accounts.token: the secret atlas-token is not set"
    assert command("plan").out.count(said) == 1
    monkeypatch.setenv("CHANGEOVER_SECRET_ATLAS_TOKEN", "t0psecret")
    out = command("plan").out
    assert said not in out
    assert "t0psecret" not in out


def test_a_department_nobody_is_in_is_told_with_those_there_are(
    command: Command, folder: Path
) -> None:
    assert command("init", "--timeline", "growing").code == 0
    edit(folder, "department: Sales", "department: Sails")
    assert (
        "phases[1].who: nobody is in first-department; change who, or drop it (departments in the "
        "people's files: Operations, Sales, Service)"
    ) in command("plan").out


def test_what_would_stop_the_old_systems_end_is_said_months_before(
    small: Command, folder: Path
) -> None:
    edit(
        folder,
        "old_system:\n",
        "old_system:\n  url: postgresql://changeover:hunter2@db/crm\n  files: [scans]\n",
    )
    edit(
        folder,
        "decommission:\n",
        "decommission:\n  idle_days: 0\n  cooling_off: 2h\n  archive:\n"
        "    copy_to: {url: 's3://b/c', key: a, secret: hunter3}\n"
        "    drill: postgresql://a:hunter4@db/drill\n",
    )
    out = small("plan").out
    for said in (
        "old_system.url: has a password in the plan; write secret:NAME",
        "old_system.files[0]: scans is not there; the export stops without it",
        "decommission.archive.copy_to.secret: stands in the plan; write secret:NAME",
        "decommission.archive.drill: has a password in the plan",
        "decommission.cooling_off: cools off for 2 hours, where 3 days is the rule",
        "decommission.idle_days: 0 days without a log-in are enough, where 7 are usual",
    ):
        assert said in out
    assert "hunter" not in out
    (folder / "scans").mkdir()
    edit(folder, "postgresql://changeover:hunter2@db/crm", "sqlite:///old.sqlite")
    out = small("plan").out
    assert "old_system.files" not in out
    assert "old_system.url: there is no file" in out
    (folder / "old.sqlite").touch()
    assert "old_system.url" not in small("plan").out
