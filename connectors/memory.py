"""The same ports in memory: for tests, for rehearsals without servers, for trying a plan.

They keep the contracts of the real ones (`tests/contracts`), and what they hold can be looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from functools import cached_property
from io import BytesIO
from threading import RLock

from connectors import envelope
from connectors.errors import Misconfigured, Refused
from connectors.evidence import TABLES, TableName, nothing, sheet_of
from connectors.ports import Account, NewAccount, Sheet
from rollout.people import Entry


class MemoryDirectory:
    """A directory whose people are a list anybody may change (`connectors.ports.Directory`)."""

    def __init__(self, people: Iterable[Entry] = ()) -> None:
        """Take the people there are."""
        self.people = list(people)
        self.warnings: tuple[str, ...] = ()

    def read(self) -> list[Entry]:
        """Give everybody, once; Misconfigured where an address or identity is claimed twice."""
        for what in ("email", "identity"):
            seen: set[str] = set()
            for number, entry in enumerate(self.people, 1):
                if getattr(entry, what) in seen:
                    raise Misconfigured(f"people:{number}: another has the same {what}; keep one")
                seen.add(getattr(entry, what))
        return list(self.people)


class MemoryAccounts:
    """Accounts in a dictionary (`connectors.ports.Accounts`); threads may share them."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.by_id: dict[str, Account] = {}
        self.made: dict[str, NewAccount] = {}
        """What was asked for, by account id."""
        self._lock = RLock()

    def add(
        self, user_name: str, *, active: bool = True, external_id: str | None = None
    ) -> Account:
        """Put an account there that is nobody's of ours, as a pilot's is."""
        with self._lock:
            account = Account(f"m{len(self.by_id) + 1}", user_name, active, external_id)
            self.by_id[account.id] = account
            return account

    def everyone(self) -> dict[str, Account]:
        """Give all accounts by user name in small letters."""
        return {account.user_name.lower(): account for account in [*self.by_id.values()]}

    def find(self, user_name: str) -> Account | None:
        """Give the account of a user name, whatever its capitals."""
        return self.everyone().get(user_name.lower())

    def get(self, account_id: str) -> Account | None:
        """Give an account by its id."""
        return self.by_id.get(account_id)

    def create(self, new: NewAccount) -> Account:
        """Make an account, inactive; give the one that is ours already, Refused where it is not."""
        with self._lock:
            there = self.find(new.user_name)
            if there is None:
                account = self.add(new.user_name, active=False, external_id=new.external_id)
                self.made[account.id] = new
                return account
        if there.external_id == new.external_id:
            return there
        raise Refused(f"the user name of {new.external_id} belongs to account {there.id}")

    def set_active(self, account_id: str, *, active: bool) -> Account:
        """Open or close an account; Refused where there is none."""
        with self._lock:
            there = self.by_id.get(account_id)
            if there is None:
                raise Refused(f"there is no account {account_id} any more")
            self.by_id[account_id] = replace(there, active=active)
            return self.by_id[account_id]


_accounts: dict[str, MemoryAccounts] = {}


def accounts_named(name: str) -> MemoryAccounts:
    """Give this process's accounts of a name: those a plan with `kind: memory` speaks to."""
    return _accounts.setdefault(name, MemoryAccounts())


def forget_accounts(name: str) -> None:
    """Let the next who asks for the accounts of a name begin with nobody."""
    _accounts.pop(name, None)


@dataclass(frozen=True)
class Letter:
    """A message as it was handed over."""

    to: str
    content: bytes
    """As it would have travelled."""

    @cached_property
    def message(self) -> EmailMessage:
        """The message, read when first asked for."""
        return BytesParser(EmailMessage, policy=SMTPUTF8).parse(BytesIO(self.content))


class MemoryPost:
    """A relay that keeps what it is given (`connectors.ports.Post`)."""

    def __init__(self, *, refuse: Iterable[str] = (), connections: int = 4) -> None:
        """Take the addresses it has no mailbox for."""
        self.connections = connections
        self.received: list[Letter] = []
        self.refuse = {address.lower() for address in refuse}

    @contextmanager
    def line(self) -> Iterator["MemoryLine"]:
        """Open a line."""
        yield MemoryLine(self)


class MemoryLine:
    """A line to a `MemoryPost` (`connectors.ports.Line`)."""

    def __init__(self, post: MemoryPost) -> None:
        """Take whose it is."""
        self._post = post

    def send(self, message: EmailMessage) -> None:
        """Keep one message for its one recipient; Refused where there is no such mailbox."""
        to = envelope.recipient(message)
        if to.lower() in self._post.refuse:
            raise Refused("memory relay: the recipient got code 550; it will not be taken")
        utf8 = not to.isascii()
        # Written out at once, for a sender may use one message for many.
        self._post.received.append(Letter(to, envelope.written(message, utf8=utf8)))


class MemoryEvidence:
    """A table of evidence whose rows anybody may add to (`connectors.ports.Evidence`)."""

    def __init__(
        self,
        table: TableName,
        rows: Iterable[Mapping[str, object]] = (),
        as_of: datetime | None = None,
    ) -> None:
        """Take rows by our names, typed as `Sheet` says, and when the newest was written.

        Where that is not said, rows are as of the moment they are read; no rows were never heard.
        """
        self._table = table
        self.rows = [dict(row) for row in rows]
        self.as_of = as_of

    def read(self, now: datetime) -> Sheet:
        """Read all of it; Misconfigured where a row lacks a column or has one nobody knows."""
        if not self.rows:
            return replace(nothing(self._table), as_of=self.as_of)
        known = TABLES[self._table]
        needed = {name for name, column in known.items() if column.needed}
        for number, row in enumerate(self.rows, 1):
            if needed <= row.keys() <= known.keys():
                continue
            unknown = [name for name in row if name not in known]
            missing = [name for name in known if name in needed and name not in row]
            said = f"unknown column {unknown[0]!r}" if unknown else f"no column {missing[0]!r}"
            raise Misconfigured(f"{self._table}: row {number}: {said}")
        columns: dict[str, Sequence[object]] = {
            name: [row.get(name, column.otherwise) for row in self.rows]
            for name, column in known.items()
        }
        return sheet_of(self._table, columns, self.as_of or now)

    def pieces(self, now: datetime) -> Iterator[Sheet]:
        """Give all of it as one piece."""
        yield self.read(now)
