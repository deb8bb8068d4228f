r"""Kantoor, the old system of a rehearsal: a CRM of fourteen years, in one SQLite file.

Thirteen tables, some 61,000 rows, and what such systems really hold: declared types SQLite does
not enforce, NULL beside empty text, a literal `\N`, line breaks and quotes, names in composed and
decomposed Unicode, blobs, an end of time (9999-12-31), a column with a space in its name.

Its switches are real: triggers refuse every write to its data while `setting.read_only` is '1',
and logging in while `setting.service` is 'off', `app_user.can_login` is 0 or `access` is 'none'.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rehearsal.kantoor_rows import Rows, fill, first_day
from rehearsal.kantoor_schema import INDEXES_AND_VIEW, LOGIN, READ_ONLY, SCHEMA

DATA_TABLES = (
    "customer",
    "contact",
    "product",
    "price_list",
    "price",
    "sales_order",
    "order_line",
    "invoice",
    "payment",
    "attachment",
    "note",
)
"""Tables that are read-only when Kantoor is; `app_user` and `setting` hold the switches."""

_BUSY_SECONDS = 30.0
_LOG_IN = "UPDATE app_user SET last_login = ? WHERE email = ?"


class LoginRefused(Exception):
    """Kantoor let this person not in; the message says why."""


class WriteRefused(Exception):
    """Kantoor took this order not; the message says why."""


@dataclass(frozen=True, slots=True)
class OldUser:
    """Somebody who has a user of Kantoor."""

    email: str
    name: str
    role: str = "sales"
    access: str = "full"
    last_login: datetime | None = None


@dataclass(frozen=True, slots=True)
class KantoorFacts:
    """What was built, counted while it was."""

    tables: dict[str, int]
    """Rows by table."""
    open_orders: int
    customers_active: int
    unpaid_invoices: int

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.tables.values())


def build(
    path: Path, people: Sequence[OldUser], seed: int, *, history: bool = True
) -> KantoorFacts:
    """Build Kantoor at a path where nothing is yet; the same people and seed give the same rows.

    Its history ends on a fixed day (`kantoor_rows.HISTORY_ENDS`); without it there are only users,
    settings and price lists, as on a first day. Raises FileExistsError.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists; remove it, or build Kantoor somewhere else")
    rows = fill([user.email for user in people], seed) if history else first_day()
    with _opened(path) as database:
        # A half-built file is thrown away, so building needs no journal and no waiting for disk.
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
        with database:
            _insert_users(database, people)
            _insert(database, rows)
        database.executescript(INDEXES_AND_VIEW + _triggers())
        database.execute("PRAGMA journal_mode = DELETE")
        return _facts(database)


def log_in(path: Path, email: str, at: datetime) -> None:
    """Log somebody in at a moment (aware). Raises LoginRefused, as Kantoor's own triggers say."""
    with _opened(path) as database:
        try:
            with database:
                done = database.execute(_LOG_IN, (_moment(at), email))
        except sqlite3.IntegrityError as error:
            raise LoginRefused(f"{email}: {error}") from error
    if done.rowcount == 0:
        raise LoginRefused(f"{email}: no such user")


def log_in_all(path: Path, emails: Iterable[str], at: datetime) -> list[str]:
    """Log people in at a moment (aware), at once; gives those whom Kantoor turned away."""
    away = []
    with _opened(path) as database, database:
        for email in emails:
            try:
                database.execute(_LOG_IN, (_moment(at), email))
            except sqlite3.IntegrityError:
                away.append(email)
    return away


def write(path: Path, email: str, at: datetime, reference: str = "") -> str:
    """Enter an order of one line for the first active customer, as this person; give its number.

    Raises WriteRefused while Kantoor is read-only or off, or this person may not write.
    """
    with _opened(path) as database:
        try:
            with database:
                return _enter_order(database, email, _moment(at), reference)
        except sqlite3.IntegrityError as error:
            raise WriteRefused(f"{email}: {error}") from error


def at_work(path: Path) -> list[str]:
    """Give the addresses of who can log in and enter an order; it is tried, and taken back."""
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database:
        database.isolation_level = None
        database.execute("BEGIN IMMEDIATE")
        users = database.execute("SELECT id, email FROM app_user ORDER BY email").fetchall()
        found = [email for user, email in users if _is_at_work(database, user)]
        database.execute("ROLLBACK")
    return found


def _is_at_work(database: sqlite3.Connection, user: int) -> bool:
    # For nobody's customer: who may write does not hang on what there is to write about.
    order = (
        "INSERT INTO sales_order (id, number, customer_id, entered_by, ordered_at, currency)"
        " VALUES (-1, '-', -1, ?, '2026-01-01 00:00:00', 'SRD')"
    )
    database.execute("SAVEPOINT tried")
    try:
        database.execute("UPDATE app_user SET last_login = last_login WHERE id = ?", (user,))
        database.execute(order, (user,))
    except sqlite3.IntegrityError:
        return False
    finally:
        database.execute("ROLLBACK TO tried")
    return True


def _enter_order(database: sqlite3.Connection, email: str, at: str, reference: str) -> str:
    user = database.execute("SELECT id FROM app_user WHERE email = ?", (email,)).fetchone()
    if user is None:
        raise WriteRefused(f"{email}: no such user")
    (last,) = database.execute("SELECT max(id) FROM sales_order").fetchone()
    number = f"SO-{last + 1:06d}"
    database.execute(
        "INSERT INTO sales_order (id, number, customer_id, entered_by, ordered_at, currency,"
        " reference) SELECT ?, ?, min(id), ?, ?, 'SRD', ? FROM customer WHERE is_active = 1",
        (last + 1, number, user[0], at, reference),
    )
    database.execute("INSERT INTO order_line VALUES (?, 1, 1, 1, 19.95, NULL)", (last + 1,))
    return number


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        database.execute("PRAGMA foreign_keys = ON")
        yield database
    finally:
        database.close()


def _insert_users(database: sqlite3.Connection, people: Sequence[OldUser]) -> None:
    seen = [_moment(user.last_login) if user.last_login else None for user in people]
    database.executemany(
        "INSERT INTO app_user (email, name, role, access, last_login) VALUES (?, ?, ?, ?, ?)",
        [(u.email, u.name, u.role, u.access, at) for u, at in zip(people, seen, strict=True)],
    )


def _insert(database: sqlite3.Connection, rows: Rows) -> None:
    for table, values in rows.items():
        marks = ", ".join("?" * len(values[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - ours


def _triggers() -> str:
    verbs = ("INSERT", "UPDATE", "DELETE")
    guards = [READ_ONLY.format(table=table, verb=verb) for table in DATA_TABLES for verb in verbs]
    return "".join([*guards, LOGIN])


def _facts(database: sqlite3.Connection) -> KantoorFacts:
    def count(of: str) -> int:
        number: int = database.execute(f"SELECT count(*) FROM {of}").fetchone()[0]  # noqa: S608
        return number

    return KantoorFacts(
        tables={table: count(table) for table in ("app_user", "setting", *DATA_TABLES)},
        open_orders=count("sales_order WHERE closed_at IS NULL"),
        customers_active=count("customer WHERE is_active"),
        unpaid_invoices=count("invoice WHERE is_paid IS NOT 1"),
    )


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone; Kantoor keeps moments in UTC")
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
