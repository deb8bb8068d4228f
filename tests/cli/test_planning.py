"""Writing, looking at and recording a plan from the command line."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
from sqlalchemy import select

from cli.init import written
from cli.schema import plan_schema
from config import loading
from config.loading import load
from ledger import audit, people, phases
from ledger.door import Door
from ledger.tables import rollout
from rollout.phases import Verb
from tests.cli.conftest import SIGNER, Command

TIMELINES = ["solo", "small-team", "growing", "phased"]


@pytest.mark.parametrize("timeline", TIMELINES)
def test_init_writes_a_plan_that_loads_and_starts_on_a_coming_monday(
    command: Command, folder: Path, timeline: str
) -> None:
    assert command("init", "--timeline", timeline).code == 0
    found = load(folder / "plan.yaml")
    assert found.start.weekday() == 0
    first = (folder / "plan.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=changeover.schema.json"


@pytest.mark.parametrize("timeline", TIMELINES)
def test_what_init_writes_can_be_planned_at_once(
    command: Command, folder: Path, timeline: str
) -> None:
    for path in folder.glob("*.csv"):
        path.unlink()
    said = command("init", "--timeline", timeline)
    for path in folder.glob("*.csv"):
        assert f"{path.name} is written beside it" in said.out
    found = command("plan")
    assert (found.code, found.err) == (0, "")
    assert "problem" not in found.out


def test_init_leaves_the_people_that_are_there(command: Command, folder: Path) -> None:
    before = (folder / "directory.csv").read_bytes()
    (folder / "people.csv").write_text("email,given,family\n", encoding="utf-8")
    assert "made-up" not in command("init", "--timeline", "phased").out
    assert "made-up" not in command("init", "--timeline", "solo", "--out", "solo.yaml").out
    assert (folder / "directory.csv").read_bytes() == before
    assert (folder / "people.csv").read_text(encoding="utf-8") == "email,given,family\n"


def test_init_never_overwrites(command: Command, folder: Path) -> None:
    (folder / "plan.yaml").write_text("mine", encoding="utf-8")
    said = command("init", "--timeline", "solo")
    assert said.code == 2
    assert "there already" in said.err
    assert (folder / "plan.yaml").read_text(encoding="utf-8") == "mine"


def test_init_says_which_column_of_another_tools_export_is_which(
    command: Command, folder: Path
) -> None:
    header = "Employee #,First Name,Last Name,Job Title,Department,Location,Status,Work Email"
    row = "8753,Ana,Rust,Analist,ICT,Paramaribo,Active,ana@example.sr"
    (folder / "roster.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert command("init", "--timeline", "phased", "--people", "roster.csv").code == 0
    said = command("plan")
    assert said.out.startswith("acme-crm   1 person, 1 site, nl 1 "), said
    assert "roster.csv: columns nobody uses: Job Title" in said.out


def test_what_apply_refuses_bears_the_files_own_name(command: Command, folder: Path) -> None:
    assert command("init", "--timeline", "phased", "--out", "ours.yaml").code == 0
    path = folder / "ours.yaml"
    text = re.sub(r"(?m)^start: \S+", "start: 2026-03-02", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    said = command("apply", "ours.yaml")
    assert re.fullmatch(r"ours\.yaml:\d+  start: 2026-03-02 is past .*\n", said.err), said
    assert "no rollout is recorded" in command("status").err


def test_init_takes_the_persons_own_file(command: Command, folder: Path) -> None:
    assert command("init", "--timeline", "growing", "--people", "directory.csv").code == 0
    (source,) = load(folder / "plan.yaml").people
    assert (source.file, source.layout) == ("directory.csv", "google-workspace")


def test_a_start_leaves_the_days_to_prepare() -> None:
    for day in range(1, 8):
        text = written("phased", date(2026, 2, day), None, Path())
        (start,) = re.findall(r"(?m)^start: (\S+)", text)
        ahead = (date.fromisoformat(start) - date(2026, 2, day)).days
        assert 14 <= ahead < 21


@pytest.mark.parametrize("timeline", TIMELINES)
def test_the_schema_accepts_each_example(timeline: str, tmp_path: Path) -> None:
    text = written(timeline, date(2026, 2, 1), None, tmp_path)
    jsonschema.validate(loading._tree(text, "plan.yaml"), plan_schema())


def test_schema_prints_json(command: Command) -> None:
    assert "rollout" in json.loads(command("schema").out)["properties"]


def test_plan_says_who_moves_when_and_records_nothing(command: Command, folder: Path) -> None:
    command("init", "--timeline", "phased")
    said = command("plan")
    assert said.code == 0, said.err
    assert "60 people, 3 sites, nl 27 / en 33" in said.out
    assert "nothing recorded yet" in said.out
    assert re.search(r"core-team +21 35%", said.out)
    assert "most hours a week" in said.out
    assert "never more than 1 a day" in said.out
    gates = said.out.partition("if people are really like this")[2]
    often = (
        r"core-team +80 % adopt: wrongly holds \d\d % on its day \(\d\d % to the last\), wrongly p"
    )
    assert re.search(often, gates)
    assert re.search(
        r"wrongly pauses \d+ %, wrongly rolls back \d+ %; it decides on day \d+", gates
    )
    assert re.search(r"wrongly advances where 50 % adopt: \d+ %, .* and calls rise", gates)
    assert not (folder / ".changeover").exists()


def test_a_wrong_plan_is_told_in_lines_with_file_line_and_key(
    command: Command, folder: Path
) -> None:
    command("init", "--timeline", "phased")
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    wrong = text.replace("language: nl", "language: NO").replace("weeks: 2", "weaks: 2", 1)
    (folder / "plan.yaml").write_text(wrong, encoding="utf-8")
    for words in (("plan",), ("apply",)):
        said = command(*words)
        assert said.code == 2
        assert len(said.err.splitlines()) == 2
        assert re.search(r"plan\.yaml:\d+  organisation\.sites\.paramaribo\.language: ", said.err)
    assert not (folder / ".changeover").exists()


def test_a_missing_people_file_is_one_line(command: Command, folder: Path) -> None:
    command("init", "--timeline", "phased")
    (folder / "extra.csv").unlink()
    said = command("plan")
    assert said.code == 2
    assert "extra.csv" in said.err
    assert len(said.err.splitlines()) == 1


def test_plan_lists_problems_with_their_lines(command: Command, folder: Path) -> None:
    command("init", "--timeline", "phased")
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^start: \S+", "start: 2020-03-02", text)
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    said = command("plan")
    assert re.search(r"plan\.yaml:\d+  start: 2020-03-02 is past", said.out)
    assert command("apply").code == 2


def test_apply_records_the_rollout(applied: Command, door: Door) -> None:
    with door.read() as tx:
        assert len(people.everyone(tx, "acme-crm")) == 60
        assert len(phases.standing(tx, "acme-crm")) == 4
        row = tx.execute(select(rollout)).one()
        assert (row.applied_by, row.rehearsal, row.only_to) == (SIGNER, False, None)


def test_apply_only_to_is_kept_until_somebody_says_go(
    command: Command, folder: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("init", "--timeline", "phased")
    assert "is no e-mail address" in command("apply", "--only-to", "nobody").err
    said = command("apply", "--only-to", "it@acme.example")
    assert "ONLY TO it@acme.example" in said.out
    assert "changeover go" in said.out
    assert "ONLY TO it@acme.example" in command("status").out
    assert "ONLY TO it@acme.example" in command("plan").out
    refused = command("go")
    assert (refused.code, len(refused.err.splitlines())) == (2, 1)
    monkeypatch.setenv("CHANGEOVER_TOKEN", command("token", SIGNER).out.strip())
    again = command("apply", "--yes")
    assert "ONLY TO it@acme.example" in again.out
    gone = command("go")
    assert "acme-crm goes, said by r.sital@acme.example" in gone.out
    assert "ONLY TO" not in command("status").out
    assert "withholds nothing" in command("go").err
    with door.read() as tx:
        assert tx.execute(select(rollout.c.only_to)).scalar_one() is None
        last = audit.trail(tx, "acme-crm")[-1]
    assert (last.event, last.by) == ("rollout.go", SIGNER)


def test_the_setting_counts_for_a_new_rollout_alone(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGEOVER_ONLY_TO", "it@acme.example")
    command("init", "--timeline", "phased")
    assert "ONLY TO it@acme.example" in command("apply").out
    monkeypatch.setenv("CHANGEOVER_TOKEN", command("token", SIGNER).out.strip())
    assert command("go").code == 0
    assert "ONLY TO" not in command("apply", "--yes").out


def change(folder: Path) -> None:
    path = folder / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("share: 30-40%", "share: 40-50%"), encoding="utf-8")


def test_a_change_needs_a_token_and_a_yes_and_is_shown_before(
    signed: Command, folder: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder)
    line = "phases.core-team.who.share: 30-40% -> 40-50%"
    assert line in signed("plan").out
    asked = signed("apply")
    assert asked.code == 2
    assert line in asked.out
    assert "--yes" in asked.err
    with door.read() as tx:
        assert [e.event for e in audit.trail(tx, "acme-crm")] == ["plan.apply", "token.made"]
    assert signed("apply", "--yes").code == 0
    with door.read() as tx:
        assert audit.trail(tx, "acme-crm")[-1].event == "plan.change"
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    refused = signed("apply", "--yes")
    assert refused.code == 2
    assert "token" in refused.err


def test_what_has_begun_is_refused_before_anybody_is_asked_and_dates_are_shown(
    signed: Command, folder: Path, door: Door
) -> None:
    with door.write("begin") as tx:
        at = phases.standing(tx, "acme-crm")["early-adopters"]
        move = at.move(Verb.PREPARE, "launch is near")
        phases.record(tx, "acme-crm", move, SIGNER, datetime.now(UTC))
    path = folder / "plan.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("weeks: 2", "weeks: 3", 1), encoding="utf-8")
    said = "phases[0].weeks: early-adopters has begun; its weeks can no longer change"
    assert said in signed("plan").out
    refused = signed("apply")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("plan.yaml:")
    assert said in refused.err
    longer = "training: group\n"
    assert longer in before
    path.write_text(before.replace("    weeks: 2\n    " + longer, "    weeks: 3\n    " + longer))
    asked = signed("apply")
    assert "phases.core-team.weeks: 2 -> 3" in asked.out
    assert "remaining-users now from 20" in asked.out
    assert "--yes" in asked.err


def test_an_apply_that_changes_nothing_says_so(signed: Command) -> None:
    found = signed("apply")
    assert found.code == 0
    assert "acme-crm is recorded already; no key changes." in found.out
    assert "acme-crm stays as it was" in found.out
    assert "is changed" not in found.out
