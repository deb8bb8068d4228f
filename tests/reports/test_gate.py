"""The gate report, as a person reads it."""

import re
from typing import Any

import pytest

from config.criteria import Gate, Incidents
from gates.changes import Change
from gates.decision import Decision
from gates.watch import watch
from reports.gate import gate_report, plain, sparkline
from tests.gates.cohort import (
    FULL,
    Row,
    active,
    answer,
    at,
    attended,
    decision,
    frames,
    having,
    incident,
    key,
    moment,
    on,
    person,
    ticket,
)

ADOPTERS: list[Row] = [row for n in range(1, 16) for row in active(n, [1, 2, 3 + n % 5, 8])]
EXAMPLE: dict[str, Any] = {
    "activity": [*ADOPTERS, *active(16, [2]), *active(17, [2]), *active(18, [4, 11])],
    "attendance": [attended(n) for n in range(1, 21) if n not in {16, 17}],
    "answers": [answer(n, mark) for n, mark in enumerate([8, 9, 6, 7, 8], 1)],
    "tickets": [ticket(1, 2), ticket(2, 3), ticket(3, 9)],
    "incidents": [incident("minor", workaround="save twice")],
}


def example(**state: Any) -> Decision:  # noqa: ANN401
    return decision(evidence=frames(**EXAMPLE), **state)


def test_the_whole_report_of_a_phase_that_holds() -> None:
    found = gate_report(
        example(),
        "core team",
        next_title="remaining users",
        next_look=at(13, 6),
        evidence="d-0041.json",
    )
    assert found == (
        "### Core team: holding. Adoption is on course;"
        " too few answers to know if people are satisfied.\n"
        "\n"
        "| | needed | now |\n"
        "|---|---|---|\n"
        "| ✅ met | adopted ≥ 60 % (13 people) at day 12 | 15 of 21 = 71 % |\n"
        "| ✅ met, watched only | active this week ≥ 50 % (11 people) | 16 of 21 = 76 % |\n"
        "| ✅ met | training ≥ 80 % (17 people) | 18 of 21 = 86 % |\n"
        "| ⏳ undecided | satisfaction ≥ 7, from 9 people | **7.6 from 5 people** |\n"
        "| ⏳ undecided | NPS above 0, from 9 people | **100 from 5 people** |\n"
        "| ✅ met | tickets a person not above the launch week | 0.06 a person"
        " (launch week 0.11) |\n"
        "| ✅ met | no critical or major incident | 1 minor open |\n"
        "\n"
        "- adopted: ▁▁▂▃▄▅▆▆▆▆▆"
        " goal 80 % in 28 days each, watched until Sun 12 Apr;"
        " people to come: 41-93 % (95 % sure)\n"
        "- training: people to come: 57-99 % (95 % sure)\n"
        "- satisfaction: if all silent people gave 1: 2.6; all 10: 9.4\n"
        "- NPS: if all silent people gave 0: -52.4; all 10: 100.0\n"
        "- incidents: Orders are lost: save twice\n"
        "\n"
        "**What next:** looked at again Sat 28 Mar 06:00."
        " The launch of remaining users stays planned for Tue 31 Mar.  \n"
        "**Who can help:** 3 people not logged in (help), 2 people not trained (invite again),"
        " 1 person not active enough (a buddy).  \n"
        "\n"
        "Evidence `d-0041.json`, replays to this verdict: `changeover judge d-0041.json`\n"
        "\n"
        "**Why not?** 4 more answers, averaging 6.25 or better, would let it advance.\n"
    )


def test_a_report_says_how_often_such_a_gate_errs_and_its_last_line_what_would_change_it() -> None:
    found = gate_report(example(), "core team", errs="80 % adopt: wrongly holds 47 % on its day.")
    assert "**How often it errs:** 80 % adopt: wrongly holds 47 % on its day." in found
    assert found.splitlines()[-1].startswith("**Why not?** 4 more answers")
    passed = gate_report(decision(), "core team").splitlines()[-1]
    assert passed == "**How close?** 5 trained people fewer would have held it."


def test_it_names_the_key_that_signs_archives() -> None:
    found = gate_report(example(), "core team", signer="ab" * 32)
    assert f"\n\nArchives are signed with the key `{'ab' * 32}`.\n" in found


def test_people_are_named_only_where_names_are_given() -> None:
    names = {key(n): f"Person {n}" for n in range(1, 22)}
    without = gate_report(example(), "core team")
    assert "Person" not in without
    assert "p-0" not in without
    found = gate_report(example(), "core team", names=names)
    assert "2 people not trained (invite again): Person 16 and Person 17" in found


def test_a_long_list_of_names_is_cut() -> None:
    late: list[Row] = active(1, [1, 2, 3])
    names = {key(n): f"Person {n:02d}" for n in range(1, 22)}
    found = gate_report(decision(evidence=frames(activity=late)), "core team", names=names)
    assert "20 people not logged in (help): Person 02, Person 03," in found
    assert "Person 11 and 10 more" in found


@pytest.mark.parametrize(
    ("state", "gate", "said", "then"),
    [
        ({}, FULL, "advancing. Everything asked", "the launch of remaining users, on Tue 31 Mar."),
        ({"next_launch": None}, FULL, "advancing.", "this was the last phase."),
        ({"day": 9}, FULL, "holding. Its numbers decide on Fri 27 Mar", "stays planned for Tue"),
        (
            {"day": 9, "last_look": True},
            FULL,
            "holding.",
            "last look before Tue 31 Mar: the launch of remaining users moves, and its people",
        ),
        ({"day": 9, "next_launch": None}, FULL, "holding.", "looked at again Sat 28 Mar 06:00.  "),
        (
            {},
            FULL.model_copy(update={"approval": "required"}),
            "waiting for an approval.",
            "an approver decides. Looked at again",
        ),
        ({"paused": True}, FULL, "staying paused.", "a person resumes. Looked at again"),
    ],
)
def test_what_comes_next(state: dict[str, Any], gate: Gate, said: str, then: str) -> None:
    day = state.pop("day", 12) if state else 12
    found = gate_report(
        decision(gate, day, frames(day=day), **state),
        "core team",
        next_title="remaining users",
        next_look=at(13, 6),
    )
    assert found.startswith(f"### Core team: {said}")
    assert then in found


@pytest.mark.parametrize(
    ("severity", "said", "then"),
    [
        ("critical", "rolling back", "people go back to the old system and are told"),
        ("major", "paused", "nothing more starts until a person"),
    ],
)
def test_a_stop_says_what_happens_now(severity: str, said: str, then: str) -> None:
    found = gate_report(decision(evidence=frames(incidents=[incident(severity)])), "core team")
    assert found.startswith(f"### Core team: {said}. Incidents: 1 {severity} open")
    assert then in found
    assert f"| ❌ missed | no critical or major incident | **1 {severity} open** |" in found


def test_missing_data_says_why() -> None:
    found = gate_report(decision(evidence=frames(answers=[])), "core team")
    assert "| ⚪ no data | satisfaction ≥ 7, from 9 people | **no data** |" in found
    assert "- satisfaction: answers: the table is empty (empty)\n" in found


def test_missing_answers_say_why_though_there_is_more_to_note() -> None:
    blanks = [answer(n, 7 if n < 10 else None) for n in range(1, 13)]
    found = gate_report(decision(evidence=frames(answers=blanks)), "core team")
    assert "| **7 from 9 people** |\n" in found
    assert "- satisfaction: answers: 3 of 12 answers came without a value (nan)" in found


def test_a_phase_that_has_passed_may_stop_the_next() -> None:
    found = watch(frames(5, 20, incidents=[incident("critical")]), FULL, moment(20))
    assert found is not None
    said = gate_report(found, "early adopters", next_title="core team")
    assert said.startswith("### Early adopters: passed, but stops what comes after. Incidents:")
    assert "the launch of core team waits until a person decides" in said


def test_the_denominator_says_how_it_came_about() -> None:
    changes = (
        Change(person=key(90), what="left", when=on(3)),
        Change(person=key(91), what="left", when=on(5)),
        Change(person=key(92), what="joined", when=on(4)),
    )
    found = gate_report(decision(evidence=having(frames(), changes=changes)), "core team")
    assert (
        "**Counted:** 21 people, after 3 changes: 1 joined and 2 left (the last on Fri 20 Mar)."
        in found
    )
    assert "Counted" not in gate_report(decision(), "core team")


def test_how_close_an_advance_was() -> None:
    people = [person(n) for n in range(1, 22)]
    found = gate_report(decision(evidence=frames(people=people)), "core team")
    assert "**How close?** 5 trained people fewer would have held it." in found


def test_somebodys_words_stay_in_their_cell() -> None:
    nasty = incident(
        "minor",
        title="a | b <script>alert(1)</script> **c**\n| d |",
        workaround="[x](javascript:alert(1)) `y`",
    )
    found = gate_report(decision(evidence=frames(incidents=[nasty])), "core_team <b>")
    rows = [line for line in found.splitlines() if line.startswith("|")]
    assert len(rows) == 9
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)
    notes = [line for line in found.splitlines() if line.startswith("- ")]
    assert [line.partition(":")[0] for line in notes][-1] == "- incidents"
    assert "<script" not in found
    assert "<b>" not in found
    assert not re.search(r"(?<!\\)\]\(", found)
    assert "**c**" not in found
    assert plain("a\\|b") == "a\\\\\\|b"


def test_the_sparkline_shows_a_share_of_all() -> None:
    assert sparkline((0, 5, 10), 10) == "▁▄█"
    assert sparkline((), 10) == ""
    assert sparkline((0,), 0) == "▁"
    assert len(sparkline(tuple(range(100)), 100)) == 30


def test_an_advance_needs_no_open_end() -> None:
    gate = FULL.model_copy(update={"incidents": Incidents(minor="pause")})
    found = gate_report(decision(gate), "core team")
    assert "the launch of the next phase, on Tue 31 Mar." in found
    assert "no critical, major or minor incident" in found
