"""A decision leaves the ledger as one document, and is judged again to the same words."""

import json
from pathlib import Path

from gates.decision import Decision, to_json
from ledger import decisions
from ledger.door import Door
from tests.cli.conftest import Command
from tests.gates.cohort import Row, active, at, decision, frames, incident

FEW: list[Row] = [row for n in range(1, 12) for row in active(n, [1, 2, 3, 8])]


def kept(door: Door) -> list[Decision]:
    """Record three looks at a phase, as a morning does."""
    looks = [
        decision(evidence=frames(activity=FEW)),
        decision(day=14, evidence=frames(day=14)),
        decision(day=20, evidence=frames(day=20, incidents=[incident("critical")])),
    ]
    with door.write("decide") as tx:
        for look in looks:
            document = json.loads(to_json(look))
            kind = look.verdict.kind
            decisions.keep(tx, "acme-crm", "core-team", 1, kind, document, [], at(12))
    return looks


def test_each_decision_replays_from_its_file_alone(
    applied: Command, door: Door, folder: Path
) -> None:
    looks = kept(door)
    for number in (1, 2, 3):
        said = applied("evidence", f"d-{number:04}")
        assert said.code == 0, said.err
        file = folder / f"d-{number:04}.json"
        file.write_text(said.out, encoding="utf-8")
    (folder / ".changeover").rename(folder / "elsewhere")
    for number, look in enumerate(looks, start=1):
        said = applied("judge", f"d-{number:04}.json")
        assert said.code == 0, said.err
        answered = json.loads(said.out)
        assert answered["name"] == f"d-{number:04}"
        assert answered["as_recorded"] is True
        assert answered["verdict"]["headline"] == look.verdict.headline
        assert answered["verdict"]["why_not"] == look.verdict.why_not


def test_all_decisions_leave_as_lines_and_are_answered_as_lines(
    applied: Command, door: Door, folder: Path
) -> None:
    looks = kept(door)
    said = applied("evidence", "--all")
    lines = said.out.splitlines()
    assert len(lines) == 3
    spoilt = [lines[0], '{"version": 1', lines[1].replace('"60%"', '"6%"'), lines[2]]
    (folder / "all.jsonl").write_text("\n".join(spoilt), encoding="utf-8")
    said = applied("judge", "all.jsonl")
    assert said.code == 2
    assert said.err == "all.jsonl: malformed: 1 of the documents; their answers say how\n"
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [a["line"] for a in answers] == [1, 2, 3, 4]
    assert [a.get("as_recorded") for a in answers] == [True, None, False, True]
    assert "no JSON" in answers[1]["error"]
    assert answers[3]["verdict"]["kind"] == looks[2].verdict.kind
    assert applied("evidence", "--all", "--phase", "early-adopters").out == ""


def test_an_answer_can_be_read_as_a_report(applied: Command, door: Door, folder: Path) -> None:
    kept(door)
    (folder / "d.json").write_text(applied("evidence", "1").out, encoding="utf-8-sig")
    said = applied("judge", "d.json", "--report")
    assert said.out.startswith("### Core-team: holding.")
    assert "As recorded." in said.out


def test_what_is_not_there_is_said_in_a_line(applied: Command, folder: Path) -> None:
    for words, line in (
        (("evidence", "d-0009"), "d-0009 is no decision of acme-crm"),
        (("evidence", "nonsense"), "nonsense is no decision of acme-crm"),
        (("evidence",), "say which decision"),
        (("judge", "none.json"), "none.json: No such file"),
    ):
        said = applied(*words)
        assert said.code == 2
        assert line in said.err
        assert len(said.err.splitlines()) == 1
    (folder / "half.json").write_text('{\n  "version": 1,\n', encoding="utf-8")
    said = applied("judge", "half.json")
    assert said.code == 2
    assert "no JSON" in json.loads(said.out)["error"]
    assert "malformed" in said.err


def test_an_answer_is_laid_out_as_its_document_is(
    applied: Command, door: Door, folder: Path
) -> None:
    kept(door)
    document = applied("evidence", "1").out
    for text, lines in ((document, 30), (json.dumps(json.loads(document)), 1)):
        (folder / "d.json").write_text(text, encoding="utf-8")
        assert len(applied("judge", "d.json").out.splitlines()) >= lines
        assert (len(applied("judge", "d.json").out.splitlines()) == 1) == (lines == 1)


def test_the_documents_form_is_printed(command: Command) -> None:
    form = json.loads(command("judge", "--schema").out)
    assert form["properties"]["moment"]
    assert form["$defs"]["Answer"]["properties"]["verdict"]
