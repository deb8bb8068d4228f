"""A plan is read whole, or refused with every problem's file, line and key."""

from pathlib import Path

import pytest

import config
from config.loading import load, parse
from config.names import Language
from config.plan import Plan
from config.problems import PlanError

EXAMPLES = Path(config.__file__).parent / "examples"
PHASED = (EXAMPLES / "phased.yaml").read_text(encoding="utf-8")


def refusals(text: str) -> str:
    """Give what is said of a plan that must be refused."""
    with pytest.raises(PlanError) as refusal:
        parse(text, "plan.yaml")
    return str(refusal.value)


def test_the_phased_example_is_a_plan() -> None:
    plan = load(EXAMPLES / "phased.yaml")
    assert isinstance(plan, Plan)
    assert [p.name for p in plan.phases] == ["early-adopters", "core-team", "remaining-users"]
    assert plan.zone == "America/Paramaribo"
    assert plan.gate_of(plan.phase("core-team")).approval == "required"
    assert plan.gate_of(plan.phase("core-team")).satisfaction == plan.gates.satisfaction


WRONG = {
    "language: nl": ("language: NO", "plan.yaml:6", "'NO'", "'nl' or 'en'"),
    "at: 06:00": ("at: 22:30", "plan.yaml:10", "22:30", "not in the morning"),
    "weeks: 2": ("weaks: 2", "plan.yaml:", "weaks", "did you mean weeks?"),
    "zone: America/Barbados": ("zone: America/Bridgetown", "plan.yaml:8", "zone", "IANA"),
    "share: 10-20%": ("share: 80-90%", "plan.yaml:", "add up to 110%", "100%"),
    "to_advance: 60%": ("to_advance: 160%", "plan.yaml:", "to_advance", "between 0% and 100%"),
    "to_advance: 60%}": ("to_advance: 90%}", "plan.yaml:", "above its goal", "bar"),
    "training: group": ("training: grup", "plan.yaml:", "grup is not in trainings", "group"),
    "start: 2026-03-02": ("start: 2026-02-30", "plan.yaml:", "start", "2026-02-30"),
    "folder: drop/logins": ("folder: x, file: y", "plan.yaml:", "new_tool.activity: ", "both"),
    "kind: csv, folder: drop/answers": ("kind: csv", "plan.yaml:", "answers: ", "neither"),
    "share: 10-20%, ": ("share: 20-10%, ", "plan.yaml:", "who.share: ", "lower bound comes first"),
    "champion: r.sital@": ("champion: r.sital", "plan.yaml:6 ", "is no e-mail address"),
    "kind: scim": ("kind: ldap", "plan.yaml:18 ", "ldap is not known", "'scim' or 'memory'"),
    "https://atlas.example/scim/v2": ("atlas.example/scim", "accounts.url: ", "no web address"),
    "url: https://atlas.example\n": ("url: javascript:x()\n", "new_tool.url: ", "no web address"),
    "weeks: 2\n": ("weeks: 2.5\n", "phases[0].weeks: 2.5 is no whole number"),
    "at_least: 7, of": (
        "at_least: 12, of",
        "satisfaction.at_least: 12 is out of range; at most 10",
    ),
    "nps: {above: 0,": ("nps: {above: 300,", "nps.above: 300 is out of range; at most 99"),
    "start: 2026-": ("start: soon # ", "start: 'soon' is no day there is"),
    "port: 25": ("port: null", "mail.port: is empty"),
    "name: early-adopters": ("name: Early Adopters", "phases[0].name", "is no short name"),
    "start: 2026-03-02\n": (
        "start: 9999-12-31\n",
        "start: 9999-12-31 is out of",
        "most 2199-12-31",
    ),
    "renews: 2026-09-30": ("renews: 0001-01-05", "renews: 0001-01-05 is out of", "least 2000-01-0"),
    "rollout: acme-crm": ("5: x\nrollout: acme-crm", "plan.yaml:2  [5]: is no key", "are words"),
    "name: Atlas\n": ("name: !secret atlas\n", "plan.yaml:13  yaml: !secret is no tag of a plan"),
    "nps: {above": ("mood: {above", "gates.mood: is no key of a plan; `changeover schema`"),
    "seats: 12": ("to: 12", "refresher.to: is no key of a plan; `changeover schema` lists"),
    "who: everyone-else": ("who: {share: 10%}", "plan.yaml:", "add up to", "moves never"),
}


@pytest.mark.parametrize("right", WRONG, ids=lambda r: WRONG[r][0])
def test_a_wrong_value_gets_one_clear_line(right: str) -> None:
    wrong, *words = WRONG[right]
    said = refusals(PHASED.replace(right, wrong, 1))
    assert len(said.splitlines()) == 1
    for word in words:
        assert word in said


CORE = "    weeks: 2\n    training: group"
LAST = "    weeks: 2\n    training: standard"


@pytest.mark.parametrize(
    ("place", "launch", "said"),
    [
        (CORE, "2026-03-01", "2026-03-01 is before the start, 2026-03-02"),
        (CORE, "2026-03-13", "overlaps early-adopters, which takes 2 weeks from 2026-03-02"),
        # What is stated nowhere counts as well: from the Monday after the weeks ahead.
        (LAST, "2026-03-27", "weeks from 2026-03-16; choose 2026-03-30 or later"),
    ],
)
def test_a_launch_within_the_weeks_of_the_phase_ahead_is_refused(
    place: str, launch: str, said: str
) -> None:
    assert said in refusals(PHASED.replace(place, f"    launch: {launch}\n{place}"))


@pytest.mark.parametrize(("place", "launch"), [(CORE, "2026-03-14"), (LAST, "2026-03-30")])
def test_a_launch_after_them_is_a_plan(place: str, launch: str) -> None:
    text = PHASED.replace(place, f"    launch: {launch}\n{place}")
    assert str(parse(text, "plan.yaml").start) == "2026-03-02"


def test_words_of_mails_may_be_said_in_one_language_or_in_each() -> None:
    plan = parse(PHASED, "plan.yaml")
    assert plan.new_tool.benefit[Language.NL].startswith("één plek")
    assert plan.trainings["group"].place == {Language.NL: "Zaal 2", Language.EN: "Room 2"}
    one = parse(PHASED.replace("place: {en: Room 2, nl: Zaal 2}", "place: Room 2"), "plan.yaml")
    assert set(one.trainings["group"].place.values()) == {"Room 2"}
    assert one.model_dump(mode="json")["trainings"]["group"]["place"] == "Room 2"
    only = parse(PHASED.replace("en: Room 2, ", ""), "plan.yaml")
    assert set(only.trainings["group"].place.values()) == {"Zaal 2"}
    for wrong in ("{fr: Salle 2}", "{}", "7"):
        said = refusals(PHASED.replace("place: {en: Room 2, nl: Zaal 2}", f"place: {wrong}", 1))
        assert len(said.splitlines()) == 1
        assert "trainings.refresher.place: write words, or a text for each language" in said


def test_every_problem_is_told_at_once() -> None:
    said = refusals(
        PHASED.replace("weeks: 2", "weeks: two").replace("language: nl", "language: NO")
    )
    assert len(said.splitlines()) == 4


def test_a_doubled_key_is_refused() -> None:
    said = refusals(PHASED + "\nstart: 2026-04-06\n")
    assert len(said.splitlines()) == 1
    assert 'the key "start" stands there twice' in said
    assert "2026-04-06" not in said


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="changeover init"):
        load(tmp_path / "plan.yaml")


FOLDER = "source: {kind: folder, folder: export, contains: [{file: a.csv, rows: 1}]}"
SERVICE = "source: {kind: json, url: http://a, tables: {a: {path: /, page: {by: number}}}}"


@pytest.mark.parametrize(
    ("old", "said"),
    [
        (f"url: secret:kantoor, {FOLDER}", "old_system.source: stands beside url"),
        (f"{FOLDER}, logins: select 1", "old_system.logins: asks a database"),
        (f"{FOLDER}, files: [scans]", "old_system.files: lie beside a database"),
        (
            f"{FOLDER}, freeze: [{{kind: sql, name: a, read: select 1, set: x, to: b}}]",
            "old_system.url: is needed to turn the sql switches of `freeze`",
        ),
        (FOLDER.replace("a.csv", "a.doc"), "a.doc cannot be read as a table"),
        (FOLDER.replace("kind: folder, ", ""), "old_system.source: kind is missing"),
        (SERVICE, "write total or total_header"),
        (SERVICE.replace("path", "total: x, path"), "total"),
    ],
)
def test_an_old_system_that_is_no_database_is_said_as_one(old: str, said: str) -> None:
    start, end = PHASED.index("old_system:"), PHASED.index("people:")
    plan = PHASED[:start] + f"old_system: {{name: Sheets, {old}}}\n" + PHASED[end:]
    assert said in refusals(plan)


@pytest.mark.parametrize(
    ("contains", "said"),
    [
        ("[{file: a.csv, rows: 1, delimiter: ';'}]", "contains[0].delimiter: is no key of a plan"),
        ("[{folder: scans}]", "contains[0].files: is missing"),
        ("[{folder: scans, files: 0}]", "contains[0].files: 0 is out of range"),
        ("[{file: a.csv, rows: 1}, {rows: 2}]", "contains[1].file: is missing"),
        ("[]", "contains: is empty; write at least 1"),
    ],
)
def test_what_is_wrong_in_a_folder_is_said_once_and_of_the_right_key(
    contains: str, said: str
) -> None:
    start, end = PHASED.index("old_system:"), PHASED.index("people:")
    old = f"source: {{kind: folder, folder: export, contains: {contains}}}"
    plan = PHASED[:start] + f"old_system: {{name: Sheets, {old}}}\n" + PHASED[end:]
    (told,) = refusals(plan).splitlines()
    assert f"old_system.source.{said}" in told


def test_an_old_system_may_be_a_folder() -> None:
    start, end = PHASED.index("old_system:"), PHASED.index("people:")
    plan = PHASED[:start] + f"old_system: {{name: Sheets, {FOLDER}}}\n" + PHASED[end:]
    # Who still depends on a folder nobody can tell from log-ins.
    without = "\n".join(line for line in plan.splitlines() if "dependents" not in line)
    assert parse(without, "plan.yaml").old_system.can_be_archived
