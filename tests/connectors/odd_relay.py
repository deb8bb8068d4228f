"""A small relay that says, at each step, what a test wants said; or nothing; or hangs up."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO, Self

HANG_UP = "hang up"
SILENCE = "say nothing"

_USUAL = {"EHLO": "250 odd", "DATA": "354 go on", "QUIT": "221 bye", "connect": "220 odd ESMTP"}


@dataclass
class OddRelay:
    """Serves on loopback while it is a context."""

    says: dict[str, list[str]] = field(default_factory=dict)
    """Answers to a verb, to `connect`, or to the dot (`.`), in turn; then the usual one.

    For `body` there is `HANG_UP` alone: in the middle of the message.
    """
    offers: tuple[str, ...] = ("8BITMIME", "SMTPUTF8", "SIZE 10000000")
    heard: list[str] = field(default_factory=list)
    """Every command."""
    kept: list[bytes] = field(default_factory=list)
    """Every message that came to its dot, as it travelled."""
    connections: int = 0

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._over = False
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over = True
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass  # What waits in accept looks up.
        for thread in [self._accepting, *self._threads]:
            thread.join(5)
        self._server.close()

    @property
    def port(self) -> int:
        port: int = self._server.getsockname()[1]
        return port

    def _accept(self) -> None:
        while True:
            connection, _ = self._server.accept()
            if self._over:
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            going_on = self._answer(connection, "connect")
            while going_on and (line := lines.readline()):
                words = line.decode().strip()
                self.heard.append(words)
                verb = words.split()[0].upper()
                going_on = self._answer(connection, verb)
                if verb == "DATA" and self._last.startswith("354"):
                    going_on = self._take(connection, lines)

    def _take(self, connection: socket.socket, lines: BinaryIO) -> bool:
        if self.says.get("body", []):
            self.says["body"].pop(0)
            connection.recv(1000)
            # Closed with bytes unread, so that the other side is told at once.
            connection.shutdown(socket.SHUT_RDWR)
            return False
        content = b""
        while line := lines.readline():
            if line == b".\r\n":
                self.kept.append(content)
                return self._answer(connection, ".")
            content += line
        return False

    def _answer(self, connection: socket.socket, step: str) -> bool:
        turn = self.says.get(step, [])
        said = self._last = turn.pop(0) if turn else _USUAL.get(step, "250 OK")
        if said == HANG_UP:
            return False
        if said == SILENCE:
            return bool(connection.recv(1))
        if step == "EHLO" and said.startswith("250"):
            more = [f"250-{offer}" for offer in self.offers]
            said = "\r\n".join(["250-odd", *more, "250 HELP"])
        connection.sendall(said.encode() + b"\r\n")
        return not said.startswith(("221", "421"))
