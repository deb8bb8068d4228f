"""The door before an archive's tables: who comes in, and a log of who looked at which page.

The pages are Datasette's. Nobody sees one who is not on the list; nothing but looking is possible;
each page looked at is a line of the log, with its path and not what was searched for: that may name
a person.
"""

import html
import json
import os
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from web.readers import Readers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

ENTER = "/enter"
COOKIE = "changeover_reader"
SECRET_HEADER = "x-changeover-proxy"  # noqa: S105 - the header's name
BODY_AT_MOST = 4096
_NO_PAGES = ("/-/static/", "/favicon.ico")
SESSIONS_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class SignOn:
    """The organisation's sign-on: a proxy before us that says who it is, and proves itself."""

    header: str
    """Its header with the person's address."""
    secret: str = field(repr=False)
    """What it sends in X-Changeover-Proxy, so that nobody else on the machine can say it."""


@dataclass
class LookLog:
    """Who looked at what, one JSON object a line; lines are only ever added."""

    path: Path
    told: Callable[[str, datetime], None] | None = None
    """Told of each person's first page of a day, before they see it."""
    _seen: set[tuple[str, date]] = field(default_factory=set)

    def add(self, at: datetime, who: str | None, path: str, status: int) -> None:
        """Add a line; nothing for what makes a page look as it does."""
        if path.startswith(_NO_PAGES):
            return
        line = {"at": at.isoformat(), "who": who, "path": path, "status": status}
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        if who is not None and self.told is not None and (who, at.date()) not in self._seen:
            self.told(who, at)
            self._seen.add((who, at.date()))


@dataclass
class Door:
    """Lets the people of a list in to an ASGI app."""

    app: App
    readers: Readers
    log: LookLog
    now: Callable[[], datetime]
    hosts: frozenset[str]
    """Names this may be called by in a browser; another is a page elsewhere reaching in."""
    sign_on: SignOn | None = None
    _sessions: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        who, path = self._who(headers), str(scope["path"])
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                self.log.add(self.now(), who, path, status)
            await send(message)

        if self.sign_on is None and headers.get("host", "") not in self.hosts:
            await _answer(noted, 403, "This page is not to be called by that name.")
        elif self.sign_on is None and path == ENTER:
            await self._enter(scope["method"], receive, noted)
        elif who is None and self.sign_on is None:
            await _answer(noted, 303, "", ("location", ENTER))
        elif who is None:
            await _answer(noted, 403, "You are not on the list of those who may look.")
        elif scope["method"] not in {"GET", "HEAD"}:
            await _answer(noted, 405, "Here is only something to look at.")
        else:
            await self.app(scope, receive, noted)

    def _who(self, headers: dict[str, str]) -> str | None:
        if self.sign_on is not None:
            if not compare_digest(headers.get(SECRET_HEADER, ""), self.sign_on.secret):
                return None
            return self.readers.knows(headers.get(self.sign_on.header.lower(), ""))
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return None
        return self._sessions.get(cookie.value) if cookie else None

    async def _enter(self, method: str, receive: Receive, send: Send) -> None:
        if method != "POST":
            await _answer(send, 200, _FORM.format(wrong=""))
            return
        token = parse_qs((await _body(receive)).decode("latin-1")).get("token", [""])[0]
        who = self.readers.owner(token)
        if who is None:
            await _answer(send, 403, _FORM.format(wrong="<p>Nobody has that token.</p>"))
            return
        session = secrets.token_urlsafe(32)
        while len(self._sessions) >= SESSIONS_AT_MOST:
            self._sessions.pop(next(iter(self._sessions)))
        self._sessions[session] = who
        cookie = f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Strict"
        await _answer(send, 303, "", ("location", "/"), ("set-cookie", cookie))


async def _body(receive: Receive) -> bytes:
    found = b""
    while len(found) <= BODY_AT_MOST:
        message = await receive()
        found += message.get("body", b"")
        if not message.get("more_body"):
            break
    return found[:BODY_AT_MOST]


async def _answer(send: Send, status: int, words: str, *more: tuple[str, str]) -> None:
    page = words if words.startswith("<form") else f"<p>{html.escape(words)}</p>"
    body = _PAGE.format(page=page).encode()
    headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
        *more,
    ]
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Archive</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:30em;margin:4em auto;padding:0 1em}}
input,button{{font:inherit;padding:.5em;width:100%;box-sizing:border-box;margin:.3em 0}}</style>
{page}</html>
"""
_FORM = """<form method="post" action="/enter"><h1>Archive</h1>
<p>Whoever looks is written down: who, when and which page.</p>{wrong}
<label>Your token<input type="password" name="token" autocomplete="off" autofocus required></label>
<button>Look</button></form>"""
