"""What people record from the command line, and that it takes a token of their own."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from gates.decision import to_json
from ledger import audit, decisions, outages, people, phases, records
from ledger.door import Door
from ledger.snapshots import recorded
from ledger.tables import approval, order, step
from rollout.orders import gate_subject
from rollout.phases import State, Verb
from rollout.steps import StepState
from tests.cli.conftest import APPROVER, SIGNER, Command, token_of
from tests.gates.cohort import decision, frames

NOW = datetime.now(UTC)
KEY = "notice.welcome:core-team:p00001:1:-"


def move(door: Door, phase: str, *verbs: Verb) -> None:
    with door.write("move") as tx:
        for verb in verbs:
            at = phases.standing(tx, "acme-crm")[phase]
            phases.record(tx, "acme-crm", at.move(verb, "a test"), "test", NOW)


def ledger_lines(door: Door) -> list[str]:
    with door.read() as tx:
        return [e.event for e in audit.trail(tx, "acme-crm")]


def unknown_step(door: Door) -> None:
    with door.write("step") as tx:
        row = {"rollout": "acme-crm", "key": KEY, "kind": "notice.welcome", "phase": "core-team"}
        row |= {"person": "p00001", "occurrence": "-", "state": "unknown", "detail": "it broke"}
        tx.execute(insert(step).values(**row, attempt=1, due=NOW, at=NOW))


RECORDING = [
    ("pause",),
    ("go",),
    ("resume", "--reason", "why"),
    ("roll-back", "core-team", "--reason", "why"),
    ("decide", "core-team", "abandon", "--reason", "why"),
    ("retire", "--reason", "why"),
    ("override", "core-team", "nps", "--reason", "why"),
    ("approve", "retire", "--digest", "0" * 64),
    ("confirm", "core-team/tool-tested"),
    ("incident", "open", "minor", "slow"),
    ("incident", "update", "1", "--workaround", "wait"),
    ("incident", "close", "1"),
    ("outage", "open", "everywhere", "the tool is down"),
    ("outage", "close", "1"),
    ("unknown", "resolve", KEY, "done"),
]


@pytest.mark.parametrize("shown", [None, "made-up"])
def test_nothing_is_recorded_without_a_valid_token(
    signed: Command, door: Door, shown: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    before = ledger_lines(door)
    for arguments in RECORDING:
        said = signed(*arguments, *(("--token", shown) if shown else ()))
        assert said.code == 2, arguments
        assert "nothing recorded" in said.err
        assert len(said.err.splitlines()) == 1
    assert ledger_lines(door) == before


def test_a_token_may_begin_with_a_hyphen(signed: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    assert "this token is nobody's" in signed("pause", "--token", "-a_made-up").err


def test_pausing_acts_at_once_resuming_is_an_order(signed: Command, door: Door) -> None:
    assert signed("resume", "--reason", "early").code == 2
    assert signed("pause", "--reason", "the line is down").code == 0
    with door.read() as tx:
        whole = recorded(tx, "acme-crm")
    assert (whole.paused_by, whole.pause_reason) == (SIGNER, "the line is down")
    assert "PAUSED by r.sital@acme.example: the line is down" in signed("status").out
    assert "paused already" in signed("pause").out
    assert signed("resume", "--reason", "it is up").code == 0
    with door.read() as tx:
        (asked,) = records.open_orders(tx, "acme-crm")
        assert recorded(tx, "acme-crm").paused_at is not None
    assert (asked.kind, asked.target, asked.by) == ("resume", "rollout", SIGNER)


def test_orders_make_sense_where_the_phase_stands(signed: Command, door: Door) -> None:
    refused = signed("roll-back", "early-adopters", "--reason", "why")
    assert refused.code == 2
    assert "early-adopters is planned" in refused.err
    assert "it has core-team" in signed("roll-back", "nowhere", "--reason", "why").err
    move(door, "early-adopters", Verb.PREPARE)
    assert signed("roll-back", "early-adopters", "--reason", "broken").code == 0
    assert "asked for already" in signed("roll-back", "early-adopters", "--reason", "again").err
    move(door, "early-adopters", Verb.ROLL_BACK, Verb.FINISH_ROLL_BACK)
    assert signed("decide", "early-adopters", "try-again", "--reason", "mended").code == 0
    with door.read() as tx:
        found = [(o.kind, o.target) for o in records.open_orders(tx, "acme-crm")]
    assert found == [("roll-back", "early-adopters"), ("try-again", "early-adopters")]


def test_an_empty_phase_is_skipped_by_a_persons_decision(signed: Command, door: Door) -> None:
    full = signed("decide", "early-adopters", "skip", "--reason", "why")
    assert (full.code, "9 people are in early-adopters" in full.err) == (2, True)
    how = "`changeover decide early-adopters skip` goes past it"
    assert how not in signed("status").out
    with door.write("leave") as tx:
        early = [p for p in people.everyone(tx, "acme-crm").values() if p.phase == "early-adopters"]
        people.change(tx, "acme-crm", [replace(p, left_on=NOW.date()) for p in early])
    assert f"nobody is in early adopters: {how}" in signed("status").out
    assert f"nobody is in early-adopters; {how}" in " ".join(signed("plan").out.split())
    assert signed("decide", "early-adopters", "skip", "--reason", "they left").code == 0
    with door.read() as tx:
        (asked,) = records.open_orders(tx, "acme-crm")
    assert (asked.kind, asked.target, asked.reason) == ("skip", "early-adopters", "they left")
    move(door, "early-adopters", Verb.SKIP)
    assert re.search(r"early-adopters +SKIPPED +0 +nobody is in it", signed("status").out)
    shown = " ".join(signed("plan").out.split())
    assert "skipped: nobody in it" in shown
    assert "nobody is in early-adopters" not in shown
    assert "phase.skip" in signed("history").out


def test_who_asks_for_an_override_never_approves_it(signed: Command, door: Door) -> None:
    move(door, "early-adopters", Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH)
    theirs = token_of(door, APPROVER)
    early = signed("override", "early-adopters", "nps", "--reason", "x", "--token", theirs)
    assert "has not been looked at yet" in early.err
    held = decision(evidence=frames(answers=[]), phase="early-adopters")
    with door.write("decision") as tx:
        document = json.loads(to_json(held))
        decisions.keep(tx, "acme-crm", "early-adopters", 1, "hold", document, [], NOW)
    unknown = signed("override", "early-adopters", "speed", "--reason", "x", "--token", theirs)
    assert "it is held by satisfaction, nps" in unknown.err
    said = signed(
        "override", "early-adopters", "nps", "--reason", "wait no more", "--token", theirs
    )
    assert "The gate said: " in said.out
    assert (
        "override of nps in early-adopters, waits for: changeover approve" in signed("status").out
    )
    (digest,) = re.findall(r"--digest ([0-9a-f]{64})", said.out)
    subject = "override:early-adopters"
    own = signed("approve", subject, "--digest", digest, "--token", theirs)
    assert own.code == 2
    assert "who asks never approves" in own.err
    assert "is no approver" in signed("approve", subject, "--digest", digest).err
    other = token_of(door, "d.hinds@acme.example")
    wrong = signed("approve", subject, "--digest", "0" * 64, "--token", other)
    assert wrong.code == 2
    assert signed("approve", subject, "--digest", digest, "--token", other).code == 0
    assert "override of nps in early-adopters, counts until" in signed("status").out
    assert "approved by d.hinds@acme.example" in signed("history").out
    with door.read() as tx:
        (given,) = tx.execute(select(approval)).all()
        (asked,) = tx.execute(select(order)).all()
    assert (given.requester, given.by, given.digest) == (
        asked.by,
        "d.hinds@acme.example",
        digest,
    )


def test_retiring_is_asked_for_and_approved_by_others(signed: Command, door: Door) -> None:
    theirs = token_of(door, APPROVER)
    early = signed("approve", "retire", "--digest", "a" * 64, "--token", theirs)
    assert "nobody asked to retire" in early.err
    soon = signed("retire", "--reason", "everybody moved")
    assert soon.code == 2
    assert soon.err.startswith("not passed yet: core-team, early-adopters, remaining-users; ask ")
    for phase in ("early-adopters", "core-team", "remaining-users"):
        move(door, phase, Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH, Verb.PASS_GATE)
    assert signed("retire", "--reason", "everybody moved").code == 0
    assert signed("approve", "retire", "--digest", "a" * 64, "--token", theirs).code == 0
    with door.read() as tx:
        assert tx.execute(select(approval.c.requester)).scalar_one() == SIGNER


def test_checklist_items_are_confirmed_by_name(signed: Command, door: Door) -> None:
    assert "it has early-adopters/tool-tested" in signed("confirm", "tool-tested").err
    assert "confirm early-adopters/tool-tested" in signed("status").out
    assert signed("confirm", "early-adopters/tool-tested").code == 0
    with door.read() as tx:
        assert records.confirmed(tx, "acme-crm") == {"early-adopters/tool-tested"}
    assert "confirm early-adopters/tool-tested" not in signed("status").out
    # What only the old system's end waits for is an item, too.
    assert signed("confirm", "decommission/notice-given").code == 0
    assert "notice given, Kantoor ends on " in signed("status").out


def test_outages_open_and_close_by_site_and_day(signed: Command, door: Door) -> None:
    assert signed("outage", "open", "paramaribo", "no power", "--first", "2026-02-02").code == 0
    assert signed("outage", "open", "everywhere", "the tool is down").code == 0
    assert "is no site" in signed("outage", "open", "paris", "x").err
    assert (
        "still to come" in signed("outage", "open", "paramaribo", "x", "--first", "2036-01-01").err
    )
    assert "open: 1 (since 2026-02-02)" in signed("outage", "close", "9").err
    early = signed("outage", "close", "1", "--last", "2026-02-01")
    assert "no outage 1 that began by 2026-02-01 is open" in early.err
    assert signed("outage", "close", "1", "--last", "2026-02-03").code == 0
    assert signed("outage", "close", "1").code != 0
    with door.read() as tx:
        first, second = outages.recorded(tx, "acme-crm")
    assert (first.site, first.first, first.last) == (
        "paramaribo",
        date(2026, 2, 2),
        date(2026, 2, 3),
    )
    assert (second.site, second.last) == (None, None)
    assert "outage.close" in signed("history").out


def test_what_is_read_later_is_said_in_words(signed: Command, door: Door) -> None:
    before = ledger_lines(door)
    for line in (("incident", "open", "minor", " "), ("resume", "--reason", "")):
        found = signed(*line)
        assert found.code == 2
        assert "it is read later: say it in words" in found.err
    assert ledger_lines(door) == before


def test_nothing_keeps_a_pause_from_acting(signed: Command) -> None:
    assert signed("pause", "--reason", " ").code == 0
    assert f"PAUSED by {SIGNER}: no reason given" in signed("status").out


def test_incidents_open_change_and_close(signed: Command, door: Door) -> None:
    assert signed("incident", "open", "major", "no orders", "--phase", "core-team").code == 0
    assert "major incident 1 is open: no orders" in signed("status").out
    assert signed("incident", "update", "1", "--severity", "minor").code == 0
    with door.read() as tx:
        (found,) = records.open_incidents(tx, "acme-crm")
    assert found.severity == "minor"
    assert signed("incident", "close", "1").code == 0
    assert "no incident 1 is open" in signed("incident", "close", "1").err
    assert signed("incident", "open", "terrible", "x").code == 2


@pytest.mark.parametrize(("word", "state"), [("done", "done"), ("not-done", "planned")])
def test_a_person_settles_what_nobody_knows(
    signed: Command, door: Door, word: str, state: str
) -> None:
    assert "none" in signed("unknown", "list").out
    unknown_step(door)
    assert KEY in signed("unknown", "list").out
    assert KEY in signed("status").out
    assert signed("unknown", "resolve", KEY, word).code == 0
    with door.read() as tx:
        assert tx.execute(select(step.c.state)).scalar_one() == StepState(state)
    assert ledger_lines(door)[-1] == "unknown.resolve"
    assert signed("unknown", "resolve", KEY, word).code == 2


def test_status_shows_where_each_phase_stands(signed: Command, door: Door) -> None:
    move(door, "early-adopters", Verb.PREPARE, Verb.PAUSE)
    out = signed("status").out
    assert re.search(r"early-adopters +PAUSED +9", out)
    assert "changeover resume" in out
    assert re.search(r"core-team +PLANNED +21 +launch", out)
    with door.read() as tx:
        assert phases.standing(tx, "acme-crm")["early-adopters"].state is State.PAUSED


def test_status_says_how_to_approve_what_waits(signed: Command, door: Door) -> None:
    move(door, "core-team", Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH)
    verdict = {"because": "approval", "headline": "It waits for an approval."}
    with door.write("decision") as tx:
        decisions.keep(tx, "acme-crm", "core-team", 1, "hold", {"verdict": verdict}, [], NOW)
    out = signed("status").out
    (said,) = re.findall(r"changeover (approve gate:core-team:1 --digest [0-9a-f]{64})", out)
    assert "It waits for an approval." in out
    theirs = token_of(door, APPROVER)
    done = signed(*said.split(), "--token", theirs)
    assert done.code == 0, done.err
    with door.read() as tx:
        assert tx.execute(select(approval.c.by)).scalar_one() == APPROVER


def test_a_gate_that_does_not_wait_takes_no_approval(signed: Command, door: Door) -> None:
    move(door, "core-team", Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH)
    subject, digest = gate_subject("core-team", 1)
    theirs = token_of(door, APPROVER)
    for because in (None, "soaking", "approval"):
        if because is not None:
            verdict = {"because": because, "headline": "Its numbers decide on Friday."}
            with door.write("decision") as tx:
                kept = {"verdict": verdict}
                decisions.keep(tx, "acme-crm", "core-team", 1, "hold", kept, [], NOW)
        done = signed("approve", subject, "--digest", digest, "--token", theirs)
        assert (done.code == 0) == (because == "approval")
        if because == "soaking":
            assert "does not wait for an approval yet: Its numbers" in done.err
    later = gate_subject("core-team", 2)
    done = signed("approve", later[0], "--digest", later[1], "--token", theirs)
    assert done.code != 0
    with door.read() as tx:
        assert tx.execute(select(approval.c.subject)).scalars().all() == [subject]


def test_history_tells_everything_in_order(signed: Command) -> None:
    signed("pause", "--reason", "a test")
    lines = signed("history").out.splitlines()
    assert [re.split(r" {3,}", line)[2] for line in lines[:-1]] == [
        "plan.apply",
        "token.made",
        "rollout.pause",
    ]
    assert "unbroken" in lines[-1]


def test_a_look_at_the_old_systems_end_is_written_for_a_terminal(
    applied: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(folder / "old.sqlite")) as old:
        old.execute("CREATE TABLE app_user (email TEXT, last_login TEXT)")
        old.commit()
    monkeypatch.setenv("CHANGEOVER_SECRET_KANTOOR_URL", f"sqlite:///{folder}/old.sqlite")
    said = applied("retire", "--look")
    assert said.code == 0, said.err
    assert "= 0.0% < 80%" in said.out
    assert "&lt;" not in said.out
    assert "**Approved:** 0 of 1 to freeze" in said.out
