"""A mail relay that keeps what it receives: SMTP (RFC 5321) in front of a Maildir.

`python -m rehearsal.servers.mail --port 8025 --maildir mail --refuse gone@acme.example`

Every recipient of a message gets a file of their own, with the envelope's two addresses on top
(`Return-Path`, `X-Envelope-To`); it is in `new/` before 250 is answered. It is written to no
disk by force (fsync): a rehearsal is about processes being killed, not about machines.
"""

import argparse
import asyncio
import mailbox
import os
import re
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from functools import cached_property, partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from rehearsal.servers.process import HOST, Server, free_port, module, start

HOLD = "hold"
HOLD_SECONDS_AT_MOST = 60.0
_LOOKS_APART_SECONDS = 0.05
_SIZE_BYTES = 32 * 1024 * 1024
_NUMBER = re.compile(r"^\d{8}(?=\.)")
# Headers as they were sent: a folded or a UTF-8 header is decoded when it is asked for.
_POLICY = policy.SMTPUTF8


@dataclass(frozen=True)
class ReceivedMail:
    """A message as one recipient got it."""

    to: str
    """The envelope's recipient."""
    subject: str
    message_id: str
    """With its angle brackets; empty where there is none."""
    notice: str | None
    """The header X-Changeover-Notice."""
    path: Path

    @cached_property
    def message(self) -> EmailMessage:
        """The whole message, read when first asked for."""
        with self.path.open("rb") as file:
            return BytesParser(EmailMessage, policy=_POLICY).parse(file)


def received(maildir: Path, but: Collection[Path] = ()) -> list[ReceivedMail]:
    """Give everything a relay has kept, in the order it came; what a mail reader has seen too.

    `but` are files already known: they are not opened again.
    """
    kept = [path for path in _kept(maildir) if path not in but]
    return [_headers(path) for path in sorted(kept, key=lambda path: path.name)]


def start_mail(folder: Path, *, port: int | None = None, refuse: Sequence[str] = ()) -> Server:
    """Start a relay whose Maildir is `folder/mail`; it answers 550 for the addresses to refuse.

    While there is a file `folder/hold`, a mail to an address in it is kept and not answered: its
    sender waits between the final dot and the answer, and can be killed there.
    Started again on the same folder it goes on after what is there.
    """
    port = port or free_port()
    arguments = ["--port", str(port), "--maildir", str(folder / "mail")]
    arguments += ["--hold", str(folder / HOLD)]
    for address in refuse:
        arguments += ["--refuse", address]
    return start("mail", module("rehearsal.servers.mail", *arguments), port=port, folder=folder)


class Maildir:
    """The keeping half of a Maildir: files numbered in the order they came."""

    def __init__(self, folder: Path) -> None:
        mailbox.Maildir(folder, create=True).close()
        self._folder = folder
        numbers = (_NUMBER.match(path.name) for path in _kept(folder))
        self._last = max((int(number[0]) for number in numbers if number), default=0)

    def keep(self, content: bytes) -> Path:
        """Write a message beside, and move it in whole."""
        self._last += 1
        # The process id, so that what a killed relay left in tmp/ is nobody's name again.
        name = f"{self._last:08d}.P{os.getpid()}.rehearsal"
        beside = self._folder / "tmp" / name
        beside.write_bytes(content)
        return beside.rename(self._folder / "new" / name)


class Keeper:
    """What the SMTP server asks: may this recipient, and where does this message go."""

    def __init__(self, maildir: Maildir, refuse: Sequence[str], hold: Path) -> None:
        self._maildir = maildir
        self._hold = hold
        self._refuse = {address.casefold() for address in refuse}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse whom it was told to, take everybody else."""
        if address.casefold() in self._refuse:
            return f"550 5.1.1 <{address}>: no such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one file for each recipient, then answer."""
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 the message is not what was asked for"
        try:
            for address in envelope.rcpt_tos:
                top = f"Return-Path: <{envelope.mail_from or ''}>\r\nX-Envelope-To: {address}\r\n"
                self._maildir.keep(top.encode() + content)
        except OSError as error:
            # No 250 for what is not kept; the sender may try again (RFC 5321, 4.2.1).
            return f"451 4.3.0 could not keep it: {error.strerror}"
        await self._held(envelope.rcpt_tos)
        return f"250 OK {len(content)} bytes kept"

    async def _held(self, addresses: Sequence[str]) -> None:
        for _ in range(round(HOLD_SECONDS_AT_MOST / _LOOKS_APART_SECONDS)):
            if not self._hold.exists() or not set(addresses) & {*self._hold.read_text().split()}:
                return
            await asyncio.sleep(_LOOKS_APART_SECONDS)


async def serve(port: int, maildir: Path, refuse: Sequence[str], hold: Path) -> None:
    """Serve until told to end (SIGTERM, SIGINT)."""
    loop = asyncio.get_running_loop()
    keeper = Keeper(Maildir(maildir), refuse, hold)
    # A name of its own: asking the resolver for one takes seconds on some machines.
    session: Callable[[], SMTP] = partial(
        SMTP,
        keeper,
        hostname="mail.rehearsal",
        ident="rehearsal",
        enable_SMTPUTF8=True,
        data_size_limit=_SIZE_BYTES,
        loop=loop,
    )
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    server = await loop.create_server(session, HOST, port)
    print(f"keeping mail for {HOST}:{port} in {maildir}", flush=True)
    await over.wait()
    server.close()


def _kept(maildir: Path) -> Iterator[Path]:
    for part in ("new", "cur"):
        folder = maildir / part
        if folder.is_dir():
            yield from folder.iterdir()


def _headers(path: Path) -> ReceivedMail:
    with path.open("rb") as file:
        message = BytesHeaderParser(policy=_POLICY).parse(file)
    notice = message["X-Changeover-Notice"]
    return ReceivedMail(
        to=str(message["X-Envelope-To"] or ""),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or "").strip(),
        notice=None if notice is None else str(notice).strip(),
        path=path,
    )


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.servers.mail")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--maildir", type=Path, required=True)
    parser.add_argument("--refuse", metavar="ADDRESS", action="append", default=[])
    parser.add_argument("--hold", metavar="FILE", type=Path, default=Path(HOLD))
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.maildir, options.refuse, options.hold))


if __name__ == "__main__":
    main()
