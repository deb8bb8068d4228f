"""Sources full of what goes wrong, and the archives made of them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from archive.copying import TableProgress
from archive.export import Particulars, export
from archive.manifest import Manifest
from archive.signature import SigningKey
from archive.source import Source
from config.plan import Question
from connectors.old_sql import OldSql

NASTY_SQLITE = Path(__file__).with_name("nasty_sqlite.sql")
NASTY_POSTGRES = Path(__file__).with_name("nasty_postgres.sql")
NOW = datetime(2026, 4, 20, 9, 30, tzinfo=UTC)

NASTY_TEXTS = [
    *(
        None,
        "",
        "NULL",
        "null",
        r"\N",
        r"\\N",
        "\\",
        r"\n",
        "a\x1f,b",
        "\x1f0",
        "\x1f",
        " edge ",
        "=1+1",
        "0.10",
    ),
    *("line\nbreak", "line\r\nbreak", "\r", "\n", 'say "so", then', '"', ",", "tab\there"),
    *("Ærlig", "e\u0301", "\u00e9", "🙂", "\u2028", "\ufeffmark", "x" * 200_000, "Paramaribo"),
    # Some readers of CSV take the middle line for the end of the file.
    "a\n\\.\nb",
]
"""Among them: é in two spellings that look alike, and a text beyond the csv module's own limit."""

QUESTIONS = (
    Question(ask="How many orders are open?", sql="select count(*) from orders where paid = 0"),
    Question(ask="What is outstanding?", sql="select sum(amount) from orders where amount > 9"),
)


def about(*questions: Question) -> Particulars:
    return Particulars(
        rollout="acme-crm",
        now=NOW,
        questions=questions,
        switches={"read only": "0", "log-ins": None},
        keep_until=date(2036, 12, 31),
    )


def quiet(progress: TableProgress) -> None:
    """Nobody watches."""


KEY = SigningKey.of_seed(b"only ever used in the tests here")


def archived(source: Source, folder: Path, *questions: Question) -> Manifest:
    return export(source, folder, quiet, about(*questions))


def signed(source: Source, folder: Path, *questions: Question) -> Manifest:
    return export(source, folder, quiet, replace(about(*questions), key=KEY))


def sqlite_source(path: Path, *statements: str) -> OldSql:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return OldSql(f"sqlite:///{path}")


def shop(path: Path, orders: int = 40) -> OldSql:
    """Make a small source as one meets them: customers, and orders that refer to them."""
    source = sqlite_source(
        path,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers,"
        " amount DECIMAL(10,2) NOT NULL, paid BOOLEAN, placed TIMESTAMP, scan BLOB)",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(40), since DATE)",
        "CREATE INDEX orders_by_customer ON orders (customer_id)",
        "CREATE VIEW open_orders AS SELECT * FROM orders WHERE NOT paid",
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO customers VALUES (?, ?, ?)",
            [(number, f"Klant {number} é", f"2019-01-{number + 1:02d}") for number in range(9)],
        )
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    *(number, number % 9 if number % 7 else None, number * 1.25, number % 2),
                    *(f"2026-03-{number % 28 + 1:02d} 10:00:{number % 60:02d}", bytes([number])),
                )
                for number in range(orders)
            ],
        )
        connection.commit()
    return source


def nasty(path: Path) -> OldSql:
    """Make an SQLite source whose every column has something that gets lost easily."""
    texts = [*NASTY_TEXTS, "nul\0inside", "\0", "\\N\0"]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(NASTY_SQLITE.read_text(encoding="utf-8"))
        connection.executemany(
            "INSERT INTO texts (word, name) VALUES (?, ?)", [(text, text) for text in texts]
        )
        connection.commit()
    return OldSql(f"sqlite:///{path}")


def stored(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in an SQLite file, bit by bit: values with their class, and the sign of zero."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        ).fetchall()
        return {
            name: sorted(
                (
                    tuple((type(value).__name__, repr(value)) for value in row)
                    for row in connection.execute(f'SELECT * FROM "{quoted(name)}"')
                ),
            )
            for (name,) in tables
        }


def quoted(name: str) -> str:
    return name.replace('"', '""')


def bytes_of(folder: Path) -> dict[str, str]:
    """Checksums of all files under a folder, by their path in it."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
