"""`./dev bench notices`: mails a second, with ledger and marks, against two other ways.

Three ways in turn, in one run; the figures are medians of the rounds. *Usual*: a connection and a
commit for each mail. *Ours*: `send_notices` over a recorded rollout. *Limit*: the same number of
lines with nothing to do but to hand over bytes that are ready. All speak to one sink, a process of
its own that answers and forgets: what is measured is the sender.
"""

import argparse
import asyncio
import smtplib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from statistics import median

from sqlalchemy import text

from actions.apply_plan import apply_plan
from actions.desk import Desk, open_desk, take_lease
from actions.send_notices import send_notices
from config.loading import parse
from config.names import Language, Notice
from ledger.door import open_engine
from ledger.opening import open_ledger
from ledger.phases import record, standing
from notices.message import message_id_for
from notices.preview import sample_words
from notices.rendering import render
from rehearsal.servers.process import HOST, free_port, module, start
from rollout.people import Entry
from rollout.phases import Verb

MAILS = 2000
USUAL_MAILS = 200
"""Fewer, for they take long; a rate is a rate."""
ROUNDS = 5
LINES = 16
NOW = datetime(2026, 2, 16, 10, tzinfo=UTC)
TIMES_USUAL, PART_OF_LIMIT = 8.0, 1 / 8
"""The goals."""

_PLAN = """
rollout: bench-{number}
organisation:
  name: Bench
  sites: {{office: {{zone: America/Port_of_Spain, language: en, champion: it@bench.example}}}}
  signed_by: {{name: Iris Thomas, role: Manager, email: it@bench.example}}
new_tool:
  name: Atlas
  url: https://atlas.example
  benefit: one place for customers and orders
  problem: prices live in four spreadsheets
  accounts: {{kind: memory}}
old_system: {{name: Kantoor}}
people: [{{kind: csv, file: people.csv}}]
mail:
  {{host: 127.0.0.1, port: {port}, security: none, sender: it@bench.example, connections: {lines}}}
start: 2026-03-02
phases: [{{name: everyone, who: everyone-else, weeks: 1}}]
gates: {{adopted: {{to_advance: 60%}}}}
notices: {{at_once_at_most: {mails}}}
"""


class Sink(asyncio.Protocol):
    """Takes every message and forgets it; as little SMTP (RFC 5321) as smtplib asks for."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream's always is
        self._to, self._kept, self._in_data = transport, b"", False
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command, and each message at its end."""
        self._kept += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            said, found, rest = self._kept.partition(end)
            if not found:
                return
            self._kept = rest
            self._to.write(self._answer(said[:4].upper()))

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"QUIT" and not self._in_data:
            return b"221 bye\r\n"
        if self._in_data or verb != b"DATA":
            self._in_data = False
            return b"250-sink\r\n250 8BITMIME\r\n" if verb == b"EHLO" else b"250 OK\r\n"
        self._in_data = True
        return b"354 go on\r\n"


async def serve(port: int) -> None:
    """Be the sink, until killed."""
    server = await asyncio.get_running_loop().create_server(Sink, HOST, port)
    await server.serve_forever()


def usual(folder: Path, port: int, mails: int) -> float:
    """Send each mail over a connection of its own, with a commit of its own; mails a second."""
    engine = open_engine(f"sqlite:///{folder}/usual.sqlite")
    with engine.begin() as tx:
        tx.exec_driver_sql("create table if not exists outbox (id text primary key, state text)")
    began = time.perf_counter()
    for _ in range(mails):
        content = _prepared(f"u{time.perf_counter_ns()}@bench.example")
        with smtplib.SMTP(HOST, port, "bench") as smtp:
            smtp.send_message(content)
        with engine.begin() as tx:
            tx.execute(_KEEP, {"id": content["Message-ID"]})
    took = time.perf_counter() - began
    engine.dispose()
    return mails / took


_KEEP = text("insert into outbox (id, state) values (:id, 'sent')")


def _prepared(to: str) -> EmailMessage:
    """Write a mail as the standard library does."""
    said = render(Notice.ANNOUNCEMENT, Language.EN, sample_words(Language.EN))
    message = EmailMessage()
    message["From"], message["To"] = "Iris Thomas <it@bench.example>", to
    message["Subject"], message["Message-ID"] = said.subject, message_id_for(to, "bench.example")
    message.set_content(said.text)
    message.add_alternative(said.html, subtype="html")
    return message


def limit(port: int, mails: int, lines: int) -> float:
    """Hand over bytes that are ready over lines kept open; mails a second."""
    content = _prepared("a@bench.example").as_bytes().replace(b"\n", b"\r\n")

    def send(count: int) -> None:
        with smtplib.SMTP(HOST, port, "bench") as smtp:
            smtp.ehlo()
            for _ in range(count):
                smtp.sendmail("it@bench.example", "a@bench.example", content)

    threads = [threading.Thread(target=send, args=(mails // lines,)) for _ in range(lines)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return mails // lines * lines / (time.perf_counter() - began)


def ours(folder: Path, port: int, mails: int, lines: int, number: int) -> float:
    """Send a phase's announcements, recorded and marked; mails a second."""
    desk = _desk(folder, port, mails, lines, number)
    began = time.perf_counter()
    outcome = send_notices(desk, "everyone", NOW)
    took = time.perf_counter() - began
    desk.outside.close()
    desk.door.engine.dispose()
    if outcome.done != mails:
        raise RuntimeError(f"{outcome.done} of {mails} mails were sent: {outcome.words[:3]}")
    return mails / took


def _desk(folder: Path, port: int, mails: int, lines: int, number: int) -> Desk:
    url = f"sqlite:///{folder}/ours.sqlite"
    words = _PLAN.format(number=number, port=port, mails=mails, lines=lines).lstrip()
    plan = parse(words, "bench")
    people = [
        Entry(f"{n}", f"p{n}@bench.example", "Pat", f"{n}", "office", "Sales", Language.EN)
        for n in range(mails)
    ]
    door = open_ledger(url, plan.rollout)
    apply_plan(door, plan, words, folder, "it@bench.example", NOW, people, rehearsal=True)
    with door.write("prepare") as tx:
        move = standing(tx, plan.rollout)["everyone"].move(Verb.PREPARE, "bench")
        record(tx, plan.rollout, move, "bench", NOW)
    door.engine.dispose()
    desk = open_desk(plan.rollout, url=url)
    return replace(desk, lease=take_lease(desk))


def measure(folder: Path, port: int, mails: int, lines: int, rounds: int) -> dict[str, float]:
    """Go the three ways in turn; the median rate of each, by name."""
    ways: dict[str, Callable[[int], float]] = {
        "usual": lambda _number: usual(folder, port, min(USUAL_MAILS, mails)),
        "ours": lambda number: ours(folder, port, mails, lines, number),
        "limit": lambda _number: limit(port, mails, lines),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            rates[name].append(way(number))
    return {name: median(found) for name, found in rates.items()}


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, and print rates and ratios; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="./dev bench notices", description=__doc__)
    parser.add_argument("--mails", type=int, default=MAILS)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sink", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.sink:
        asyncio.run(serve(options.sink))
        return 0
    with tempfile.TemporaryDirectory(prefix="changeover-bench-") as name:
        folder, port = Path(name), free_port()
        command = module("rehearsal.bench", "notices", "--sink", str(port))
        with start("sink", command, port=port, folder=folder):
            found = measure(folder, port, options.mails, options.lines, options.rounds)
    times, part = found["ours"] / found["usual"], found["ours"] / found["limit"]
    print(f"{date.today()}: {options.mails} mails, {options.lines} lines, {options.rounds} rounds")  # noqa: DTZ011 - the reader's day
    for way, rate in found.items():
        print(f"  {way:<6} {rate:>8,.0f} mails a second")
    print(f"  ours is {times:.1f} times the usual way (goal: {TIMES_USUAL:.0f})")
    print(f"  ours is {part:.0%} of bare smtplib over as many lines (goal: {PART_OF_LIMIT:.0%})")
    return 0 if times >= TIMES_USUAL and part >= PART_OF_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
