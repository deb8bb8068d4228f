"""Tokens: the first is shown to who signs, others are mailed to their owners and seen by nobody."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from actions.settle_unknown import settle_unknown
from ledger import audit, records
from ledger.door import Door
from ledger.tables import rollout, step, token
from rehearsal.servers.mail import ReceivedMail, received, start_mail
from rehearsal.servers.process import Server
from tests.cli.conftest import APPROVER, SIGNER, Command
from tests.connectors.odd_relay import HANG_UP, OddRelay

CHAMPION = "k.joseph@acme.example"
REFUSED = "d.hinds@acme.example"
IN_MAIL = re.compile(r"^([A-Za-z0-9_-]{43})$", re.MULTILINE)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start_mail(tmp_path_factory.mktemp("relay"), refuse=[REFUSED]) as server:
        yield server


@pytest.fixture
def mailing(signed: Command, door: Door, relay: Server) -> Command:
    """Give the commands of who signs, with a relay that takes mail."""
    through(door, relay.port)
    for mail in received(maildir(relay)):
        mail.path.unlink()
    return signed


class DiedError(BaseException):
    """The command died: nothing catches this."""


def maildir(relay: Server) -> Path:
    return relay.log.parent / "mail"


def through(door: Door, port: int, before: int = 25) -> None:
    """Let the recorded plan speak to a relay of another port."""
    with door.write("port") as tx:
        text = str(tx.execute(select(rollout.c.plan)).scalar_one())
        assert f"port: {before}" in text
        tx.execute(update(rollout).values(plan=text.replace(f"port: {before}", f"port: {port}")))


def secret_in(mail: ReceivedMail) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    (found,) = IN_MAIL.findall(part.get_content())
    return str(found)


def whose(door: Door, secret: str) -> str | None:
    with door.read() as tx:
        return records.owner(tx, "acme-crm", secret)


def everything_kept(door: Door) -> str:
    with door.read() as tx:
        return f"{tx.execute(select(token)).all()}{audit.trail(tx, 'acme-crm')}{steps(door)}"


def steps(door: Door) -> dict[str, str]:
    with door.read() as tx:
        query = select(step.c.key, step.c.state, step.c.detail)
        found = tx.execute(query.where(step.c.kind == "notice.token")).all()
    return {f"{r.key} {r.detail}": r.state for r in found}


def test_the_first_token_is_shown_to_who_signs_and_to_nobody_else(
    applied: Command, door: Door
) -> None:
    refused = applied("token", APPROVER)
    assert refused.code == 2
    assert SIGNER in refused.err
    first = applied("token", SIGNER).out.strip()
    assert whose(door, first) == SIGNER
    assert applied("token", SIGNER).code == 2  # a second needs the first
    again = applied("token", SIGNER, "--token", first).out.strip()
    assert whose(door, again) == SIGNER
    assert whose(door, first) is None
    assert first not in everything_kept(door) + again
    assert again not in everything_kept(door)


def test_anybody_elses_token_goes_to_them_alone(
    mailing: Command, door: Door, relay: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = mailing("token", APPROVER)
    assert said.code == 0
    (mail,) = received(maildir(relay))
    assert (mail.to, mail.notice) == (APPROVER, "token")
    secret = secret_in(mail)
    assert whose(door, secret) == APPROVER
    shown = said.out + said.err + caplog.text + str(mail.message["Subject"])
    assert secret not in shown + everything_kept(door)
    (state,) = steps(door).values()
    assert state == "done"
    with door.read() as tx:
        last = audit.trail(tx, "acme-crm")[-1]
    assert (last.event, last.by) == ("token.made", SIGNER)
    assert "mailed" in last.data


def test_a_token_speaks_its_owners_language(mailing: Command, relay: Server) -> None:
    mailing("token", APPROVER)
    mailing("token", CHAMPION)
    said = {m.to: str(m.message["Content-Language"]) for m in received(maildir(relay))}
    assert said == {APPROVER: "nl", CHAMPION: "en"}


def test_a_stranger_to_the_plan_gets_none_nor_does_who_has_none_make_one(
    mailing: Command, relay: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mailing("token", "stranger@acme.example").code == 2
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    assert mailing("token", APPROVER).code == 2
    assert mailing("token", APPROVER, "--token", "made-up").code == 2
    assert received(maildir(relay)) == []


def test_a_token_that_was_not_taken_is_none_and_the_earlier_one_still_counts(
    mailing: Command, door: Door, relay: Server
) -> None:
    mailing("token", APPROVER)
    earlier = secret_in(received(maildir(relay))[0])
    with door.write("earlier") as tx:
        secret = records.make_token(tx, "acme-crm", REFUSED, REFUSED, datetime.now(UTC))
    said = mailing("token", REFUSED)
    assert said.code == 2
    assert "no token was made" in said.err
    assert whose(door, secret) == REFUSED
    through(door, 9, before=relay.port)
    gone = mailing("token", APPROVER)
    assert gone.code == 2
    assert "no token was made" in gone.err
    assert whose(door, earlier) == APPROVER
    assert sorted(steps(door).values()) == ["done", "refused", "skipped"]


def test_only_to_one_address_no_token_of_another_is_mailed(
    mailing: Command, door: Door, relay: Server
) -> None:
    with door.write("only-to") as tx:
        tx.execute(update(rollout).values(only_to="tester@acme.example"))
    said = mailing("token", APPROVER)
    assert said.code == 2
    assert "--only-to" in said.err
    assert received(maildir(relay)) == []
    assert steps(door) == {}


def test_who_lost_the_only_token_gets_a_new_one_by_mail_and_nobody_else_does(
    mailing: Command, door: Door, relay: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    refused = mailing("go", "--token", "forgotten")
    assert "--lost" in refused.err
    said = mailing("token", SIGNER, "--lost")
    assert said.code == 0, said.err
    (mail,) = received(maildir(relay))
    assert mail.to == SIGNER
    secret = secret_in(mail)
    assert whose(door, secret) == SIGNER
    assert secret not in said.out + said.err + everything_kept(door)
    with door.read() as tx:
        last = audit.trail(tx, "acme-crm")[-1]
    assert (last.event, last.by) == ("token.made", "somebody without a token")
    assert mailing("token", "stranger@acme.example", "--lost").code == 2
    assert len(received(maildir(relay))) == 1


def test_where_the_relay_never_answered_the_token_counts_and_a_person_finds_out(
    signed: Command, door: Door
) -> None:
    with OddRelay({".": [HANG_UP]}) as relay:
        through(door, relay.port)
        said = signed("token", APPROVER)
        (letter,) = relay.kept
    assert said.code == 2
    assert "ask them" in said.err
    (secret,) = IN_MAIL.findall(letter.decode().replace("\r\n", "\n"))
    assert whose(door, secret) == APPROVER
    assert secret not in said.out + said.err + everything_kept(door)
    ((line, state),) = steps(door).items()
    assert state == "unknown"
    key = line.partition(" ")[0]
    settle_unknown(door, key, SIGNER, datetime.now(UTC), done=False)
    assert [*steps(door).values()] == ["skipped"]


def test_a_command_that_dies_leaves_what_is_true(
    mailing: Command, door: Door, relay: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_arguments: object) -> None:
        raise DiedError

    monkeypatch.setattr(records, "keep_token", dies)
    with pytest.raises(DiedError):
        mailing("token", APPROVER)
    assert [*steps(door).values()] == ["unknown"]
    assert whose(door, secret_in(received(maildir(relay))[0])) is None
