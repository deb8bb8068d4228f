"""One line to a relay: a message is handed over in steps, so that its fate is known exactly.

Until the final dot has left us the relay must not deliver (RFC 5321, 4.1.1.4); from then until its
answer nobody here can know. So the dot travels by itself.
"""

import re
import smtplib
import socket
from collections.abc import Callable
from email.message import EmailMessage

from connectors import envelope
from connectors.errors import FateUnknown, Misconfigured, Refused, Unreachable
from connectors.pace import Pace

_STEP_SECONDS = 120.0
_ANSWER_SECONDS = 600.0
"""For the answer to the dot; RFC 5321, 4.5.3.2.6: less makes doubles."""
_GOODBYE_SECONDS = 5.0

# Codes about us, not about this message: no other message would fare better.
_ABOUT_US = {530, 534, 535, 538}
_LEADING_DOT = re.compile(rb"(?m)^\.")


class SmtpLine:
    """An open line (`connectors.ports.Line`), for one thread."""

    def __init__(
        self, dial: Callable[[], smtplib.SMTP], sender: str, pace: Pace, place: str
    ) -> None:
        """Open it; raises what `dial` does."""
        self._dial = dial
        self._sender = sender
        self._pace = pace
        self._place = place
        self._sent = 0
        self._broken = False
        self._smtp = self._dialled()

    def send(self, message: EmailMessage) -> None:
        """Hand over one message for its one recipient.

        Raises Refused (this message will not be taken), Misconfigured (nor any other),
        Unreachable (not taken, but may be later) or FateUnknown. After Unreachable and FateUnknown
        the line is used no more.
        """
        if self._broken:
            raise Unreachable(f"{self._place}: this line is broken; open another")
        to = envelope.recipient(message)
        self._pace.turn()
        try:
            self._begin(message, to)
        except Refused:
            raise
        except BaseException:
            # Half a message may stand there, also where a person interrupts: no word more.
            self._hang_up()
            raise

    def close(self) -> None:
        """Say goodbye where anybody listens, and hang up."""
        if not self._broken:
            try:
                self._socket.settimeout(_GOODBYE_SECONDS)
                self._smtp.docmd("QUIT")
            except (OSError, smtplib.SMTPException):
                pass  # What was handed over is answered for already.
        self._hang_up()

    def _dialled(self) -> smtplib.SMTP:
        smtp = self._dial()
        if smtp.sock is not None:
            # The dot must not wait for the acknowledgement of what goes before it.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.sock.settimeout(_STEP_SECONDS)
        self._sent = 0
        return smtp

    @property
    def _socket(self) -> socket.socket:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("closed before")
        return self._smtp.sock

    def _hang_up(self) -> None:
        self._broken = True
        self._smtp.close()

    def _begin(self, message: EmailMessage, to: str) -> None:
        content = self._content(message, to)
        code = self._mail_from(content, to)
        self._judge(code, "the sender")
        self._judge(self._command(f"RCPT TO:<{to}>"), "the recipient")
        code = self._command("DATA")
        if code != 354:
            self._judge(code, "the message")
            raise Unreachable(f"{self._place}: DATA got code {code}; try again later")
        self._hand_over(content)

    def _mail_from(self, content: bytes, to: str) -> int:
        """Begin a message, once again on a new line where a used one is no longer good.

        Relays end a line that was idle or has carried so many messages; nothing is lost by it.
        """
        used = self._sent > 0
        try:
            code = self._command(self._greeting(content, to))
        except Unreachable:
            if not used:
                raise
            code = 421
        if code == 421 and used:
            self._smtp.close()
            self._smtp = self._dialled()
            code = self._command(self._greeting(content, to))
        return code

    def _greeting(self, content: bytes, to: str) -> str:
        has = self._smtp.has_extn
        options = [f"SIZE={len(content)}"] if has("size") else []
        if not content.isascii() and has("8bitmime"):
            options.append("BODY=8BITMIME")
        if not (to.isascii() and self._sender.isascii()):
            options.append("SMTPUTF8")
        return " ".join([f"MAIL FROM:<{self._sender}>", *options])

    def _content(self, message: EmailMessage, to: str) -> bytes:
        """Give the message as it travels: lines end in CRLF, dots are doubled (RFC 5321, 4.5.2)."""
        has = self._smtp.has_extn
        utf8 = not (to.isascii() and self._sender.isascii())
        if utf8 and not has("smtputf8"):
            raise Refused(f"{self._place}: takes no address outside ASCII (no SMTPUTF8)")
        content = envelope.written(message, utf8=utf8, eight_bit=bool(has("8bitmime")))
        limit = self._smtp.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(content):
            said = f"takes {limit} bytes and the message has {len(content)}"
            raise Refused(f"{self._place}: {said}; make it smaller")
        content = _LEADING_DOT.sub(b"..", content)
        return content if content.endswith(b"\r\n") else content + b"\r\n"

    def _command(self, words: str) -> int:
        """Say something and give the code of the answer; nothing is handed over by it."""
        try:
            self._smtp.send(f"{words}\r\n".encode())
            return self._smtp.getreply()[0]
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise self._lost(error) from None

    def _judge(self, code: int, what: str) -> None:
        """Pass a 2xx; raise by the code where nothing was handed over."""
        if 200 <= code < 300:
            return
        said = f"{self._place}: {what} got code {code}"
        if code in _ABOUT_US or (code >= 500 and what == "the sender" and code != 552):
            raise Misconfigured(f"{said}; no mail would be taken: mend sender, user or password")
        if code >= 500:
            self._forget()
            raise Refused(f"{said}; it will not be taken")
        raise Unreachable(f"{said}; try again later")

    def _forget(self) -> None:
        """Leave the message that was refused, so that the line is good for the next."""
        try:
            good = 200 <= self._command("RSET") < 300
        except Unreachable:
            good = False
        if not good:
            self._hang_up()

    def _hand_over(self, content: bytes) -> None:
        try:
            self._smtp.send(content)
            self._socket.settimeout(_ANSWER_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            # Without the dot there is no message.
            raise self._lost(error) from None
        code = self._answer_to_the_dot()
        self._sent += 1
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(_STEP_SECONDS)
        if code < 300:
            return
        if code >= 500:
            raise Refused(f"{self._place}: the message got code {code}; it will not be taken")
        raise Unreachable(f"{self._place}: the message got code {code}; try again later")

    def _answer_to_the_dot(self) -> int:
        """Send the dot and give the answer's code: 2xx, 4xx or 5xx. All else is FateUnknown."""
        try:
            self._smtp.send(b".\r\n")
            code = self._smtp.getreply()[0]
        except (OSError, smtplib.SMTPException) as error:
            raise FateUnknown(
                f"{self._place}: the line broke after the message and before the answer "
                f"({type(error).__name__}); look there whether it arrived"
            ) from None
        if code // 100 not in {2, 4, 5}:
            raise FateUnknown(f"{self._place}: answered {code}, which is no answer; look there")
        return code

    def _lost(self, error: BaseException) -> Unreachable:
        name = type(error).__name__
        return Unreachable(f"{self._place}: the line broke ({name}), nothing was handed over")
