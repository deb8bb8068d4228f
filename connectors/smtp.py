"""The mail relay over SMTP (RFC 5321): how lines are opened, secured and logged in to."""

import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from config.outside import Mail
from connectors.errors import Misconfigured, Unreachable
from connectors.pace import Pace
from connectors.smtp_line import SmtpLine

_OPEN_SECONDS = 60.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class SmtpPost:
    """A relay (`connectors.ports.Post`); its lines may be used by a thread each."""

    def __init__(
        self,
        mail: Mail,
        password: str | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what the plan says of the relay, and the password in the clear. Opens nothing.

        `tls` replaces the machine's own certificate authorities. Raises Misconfigured where a
        password is missing or would travel unprotected.
        """
        if mail.user is not None and not password:
            raise Misconfigured("mail: the plan names a user and no password; set the secret")
        if mail.user is not None and mail.security == "none" and mail.host not in _LOOPBACK:
            raise Misconfigured(
                "mail: the password would travel in the clear; write `security: starttls` or `tls`"
            )
        self.connections = mail.connections
        self._mail = mail
        self._password = password or ""
        self._tls = tls
        self._pace = Pace(
            mail.per_minute / 60 if mail.per_minute else None, clock=clock, sleep=sleep
        )

    def __repr__(self) -> str:
        return f"SmtpPost({self._place})"

    @contextmanager
    def line(self) -> Iterator[SmtpLine]:
        """Open a line, kept open until the context ends.

        Raises Unreachable where the relay does not answer, Misconfigured where it does not take
        our name, password or way of being private.
        """
        line = SmtpLine(self._opened, self._mail.sender, self._pace, self._place)
        try:
            yield line
        finally:
            line.close()

    @property
    def _place(self) -> str:
        return f"mail relay {self._mail.host}:{self._mail.port}"

    def _opened(self) -> smtplib.SMTP:
        try:
            smtp = self._connected()
        except ssl.SSLError as error:
            self._untrusted(error)
        except smtplib.SMTPConnectError as error:
            self._greeted(error)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{self._place}: {_cause(error)}; try again later") from None
        try:
            self._introduce(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _connected(self) -> smtplib.SMTP:
        host, port = self._mail.host, self._mail.port
        # A name of our own that asks no resolver; the address takes its place below.
        name = "[127.0.0.1]"
        if self._mail.security == "tls":
            return smtplib.SMTP_SSL(host, port, name, timeout=_OPEN_SECONDS, context=self._context)
        return smtplib.SMTP(host, port, name, timeout=_OPEN_SECONDS)

    @property
    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        """Say who we are, be private, log in."""
        if smtp.sock is not None:
            ours = smtp.sock.getsockname()[0]
            # An address literal (RFC 5321, 4.1.3): this machine's name may mean nothing there.
            smtp.local_hostname = f"[IPv6:{ours}]" if ":" in ours else f"[{ours}]"
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._mail.security == "starttls":
                smtp.starttls(context=self._context)
                smtp.ehlo()
            if self._mail.user is not None:
                _log_in(smtp, self._mail.user, self._password)
        except ssl.SSLError as error:
            self._untrusted(error)
        except smtplib.SMTPNotSupportedError:
            raise Misconfigured(
                f"{self._place}: offers no STARTTLS, or no log-in that we know; mend `security`"
            ) from None
        except smtplib.SMTPResponseException as error:
            self._turned_away(error)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{self._place}: {_cause(error)}; try again later") from None

    def _untrusted(self, error: ssl.SSLError) -> NoReturn:
        said = getattr(error, "verify_message", None) or error.reason or type(error).__name__
        raise Misconfigured(
            f"{self._place}: no private line ({said}); mend its certificate, or `security`"
        ) from None

    def _greeted(self, error: smtplib.SMTPConnectError) -> NoReturn:
        # 554: no mail service here (RFC 5321, 3.1); -1 and 4xx: not now.
        if error.smtp_code >= 500:
            raise Misconfigured(
                f"{self._place}: turns us away (code {error.smtp_code}); is this the right relay?"
            ) from None
        raise Unreachable(f"{self._place}: not now (code {error.smtp_code}); try later") from None

    def _turned_away(self, error: smtplib.SMTPResponseException) -> NoReturn:
        # Only the code: a relay's words may repeat what it was sent.
        if error.smtp_code >= 500:
            raise Misconfigured(
                f"{self._place}: code {error.smtp_code} before any mail; mend user and password"
            ) from None
        raise Unreachable(f"{self._place}: code {error.smtp_code}; try again later") from None


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in by the first way both know; one try only, for some relays count them."""
    smtp.user, smtp.password = user, password
    offered = smtp.esmtp_features.get("auth", "").split()
    ways: dict[str, Any] = {
        "PLAIN": smtp.auth_plain,
        "LOGIN": smtp.auth_login,
        "CRAM-MD5": smtp.auth_cram_md5,
    }
    for name, way in ways.items():
        if name in offered:
            smtp.auth(name, way)
            return
    raise smtplib.SMTPNotSupportedError


def _cause(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
