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

_SCHEMA = """
CREATE TABLE app_user (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
  role TEXT NOT NULL, access TEXT NOT NULL DEFAULT 'full'
    CHECK (access IN ('full', 'read', 'none')),
  last_login TEXT, can_login INTEGER NOT NULL DEFAULT 1 CHECK (can_login IN (0, 1)));
CREATE TABLE setting (
  "key" VARCHAR(40) PRIMARY KEY, "value" TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE customer (
  id INTEGER PRIMARY KEY, number VARCHAR(12) NOT NULL UNIQUE, name TEXT NOT NULL, city TEXT,
  country CHAR(2) NOT NULL, credit_limit DECIMAL(12, 2), is_active BOOLEAN NOT NULL,
  customer_since DATE, ledger_account BIGINT, parent_id INTEGER REFERENCES customer (id),
  account_owner INTEGER REFERENCES app_user (id));
CREATE TABLE contact (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id),
  full_name TEXT NOT NULL, email TEXT, phone VARCHAR(24), born DATE, newsletter BOOLEAN,
  remarks TEXT);
CREATE TABLE product (
  id INTEGER PRIMARY KEY, sku VARCHAR(16) NOT NULL UNIQUE, name TEXT NOT NULL,
  weight_kg NUMERIC(9, 3), discontinued BOOLEAN NOT NULL DEFAULT 0, thumbnail BLOB);
CREATE TABLE price_list (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, currency CHAR(3) NOT NULL, rate NUMERIC(12, 6));
CREATE TABLE price (
  price_list_id INTEGER NOT NULL REFERENCES price_list (id),
  product_id INTEGER NOT NULL REFERENCES product (id), valid_from DATE NOT NULL,
  valid_to DATE NOT NULL, amount NUMERIC(12, 4) NOT NULL,
  PRIMARY KEY (price_list_id, product_id, valid_from));
CREATE TABLE sales_order (
  id INTEGER PRIMARY KEY, number VARCHAR(16) NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  contact_id INTEGER REFERENCES contact (id),
  entered_by INTEGER NOT NULL REFERENCES app_user (id), ordered_at DATETIME NOT NULL,
  closed_at DATETIME, currency CHAR(3) NOT NULL, reference TEXT);
CREATE TABLE order_line (
  order_id INTEGER NOT NULL REFERENCES sales_order (id), line_no SMALLINT NOT NULL,
  product_id INTEGER NOT NULL REFERENCES product (id), quantity NUMERIC(10, 3) NOT NULL,
  unit_price NUMERIC(12, 4) NOT NULL, discount REAL, PRIMARY KEY (order_id, line_no));
CREATE TABLE invoice (
  id INTEGER PRIMARY KEY, number VARCHAR(16) NOT NULL UNIQUE,
  order_id INTEGER NOT NULL REFERENCES sales_order (id), issued_on DATE NOT NULL,
  due_on DATE, total DECIMAL(14, 2) NOT NULL, is_paid BOOLEAN);
CREATE TABLE payment (
  id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  received_at TIMESTAMP NOT NULL, amount DECIMAL(14, 2) NOT NULL, "betaald per" TEXT);
CREATE TABLE attachment (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES sales_order (id),
  file_name TEXT NOT NULL, mime_type TEXT, content BLOB);
CREATE TABLE note (
  id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id),
  written_by INTEGER REFERENCES app_user (id), written_at DATETIME NOT NULL, body TEXT NOT NULL);
"""

_INDEXES_AND_VIEW = """
CREATE INDEX contact_customer ON contact (customer_id);
CREATE INDEX order_customer ON sales_order (customer_id, ordered_at);
CREATE INDEX order_open ON sales_order (ordered_at) WHERE closed_at IS NULL;
CREATE INDEX invoice_order ON invoice (order_id);
CREATE INDEX payment_invoice ON payment (invoice_id);
CREATE INDEX attachment_order ON attachment (order_id);
CREATE INDEX note_customer ON note (customer_id);
CREATE VIEW open_order AS
  SELECT o.number, c.name AS customer, o.ordered_at, o.currency,
         sum(l.quantity * l.unit_price * (1 - coalesce(l.discount, 0))) AS value
  FROM sales_order o JOIN customer c ON c.id = o.customer_id
  LEFT JOIN order_line l ON l.order_id = o.id
  WHERE o.closed_at IS NULL GROUP BY o.id;
"""

_READ_ONLY = """
CREATE TRIGGER read_only_{table}_{verb} BEFORE {verb} ON {table}
WHEN (SELECT "value" FROM setting WHERE "key" = 'read_only') = '1'
BEGIN SELECT RAISE(ABORT, 'Kantoor is read-only'); END;
"""

_LOGIN = """
CREATE TRIGGER login_refused BEFORE UPDATE OF last_login ON app_user
BEGIN
  SELECT RAISE(ABORT, 'Kantoor is switched off')
    WHERE (SELECT "value" FROM setting WHERE "key" = 'service') = 'off';
  SELECT RAISE(ABORT, 'this user may not log in') WHERE OLD.can_login = 0 OR OLD.access = 'none';
END;
CREATE TRIGGER order_refused BEFORE INSERT ON sales_order
BEGIN
  SELECT RAISE(ABORT, 'Kantoor is switched off')
    WHERE (SELECT "value" FROM setting WHERE "key" = 'service') = 'off';
  SELECT RAISE(ABORT, 'this user may not write') FROM app_user
    WHERE id = NEW.entered_by AND (can_login = 0 OR access <> 'full');
END;
"""


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
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        with database:
            _insert_users(database, people)
            _insert(database, rows)
        database.executescript(_INDEXES_AND_VIEW + _triggers())
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
    guards = [_READ_ONLY.format(table=table, verb=verb) for table in DATA_TABLES for verb in verbs]
    return "".join([*guards, _LOGIN])


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
