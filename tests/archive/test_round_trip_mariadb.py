"""The same from a real MariaDB server, restored into SQLite, PostgreSQL and MariaDB again."""

import random
import struct
from math import isfinite
from pathlib import Path

import bagit
import pytest
import sqlalchemy as sa
from frictionless import Checklist, Package

from archive.digests import digest
from archive.errors import ArchiveError, UnknownType
from archive.restore import restore
from archive.verify import verify
from connectors.errors import Misconfigured
from connectors.old_sql import OldSql
from tests.archive.sources import NASTY_TEXTS, QUESTIONS, archived
from tests.archive.test_round_trip import cells
from tests.archive.test_round_trip_postgres import opened
from tests.mariadb import fresh_database, run

NASTY = Path(__file__).with_name("nasty_mariadb.sql")


def filled(url: str) -> OldSql:
    run(url, *filter(str.strip, NASTY.read_text(encoding="utf-8").split(";\n")))
    run(
        url,
        "INSERT INTO words (word, short, old, feeling, likes, doc)"
        " VALUES (:w, 'ab ', :o, :f, :l, :d)",
        rows=[
            {"w": text, "o": "café €", "f": "o'k", "l": "a,c", "d": '{"a":  1.10, "a": 2}'}
            if number
            else {"w": text, "o": "", "f": "blij", "l": "", "d": None}
            for number, text in enumerate([*NASTY_TEXTS, "nul\0inside", "\0"])
        ],
    )
    return OldSql(url)


def dumped(url: str) -> dict[str, list[str]]:
    """Every row as the server itself writes it, in hexadecimal, by table."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SET SESSION time_zone = '+00:00'")
        tables = connection.exec_driver_sql(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
            " AND TABLE_TYPE = 'BASE TABLE'"
        ).scalars()
        found = {}
        for table in [*tables]:
            name = table.replace("`", "``")
            rows = connection.exec_driver_sql(
                f"SELECT * FROM `{name}`", execution_options={"no_parameters": True}
            )
            found[table] = sorted(repr(tuple(row)) for row in rows)
        return found


def test_restored_into_mariadb_it_is_equal(
    mariadb_database: str, mariadb_url: str, tmp_path: Path
) -> None:
    source = filled(mariadb_database)
    before = dumped(mariadb_database)
    made = archived(source, tmp_path / "archive")
    assert made.consistency == "one transaction WITH CONSISTENT SNAPSHOT, READ ONLY"
    assert verify(tmp_path / "archive").holds
    with fresh_database(mariadb_url) as target:
        # As somebody would write it, who knows nothing of drivers.
        report = restore(tmp_path / "archive", target.replace("+pymysql", ""))
        assert report.equal, report.line
    assert dumped(mariadb_database) == before


def test_of_postgresql_restored_into_mariadb_it_is_equal_or_refused(
    postgres_database: str, mariadb_url: str, tmp_path: Path
) -> None:
    """What MariaDB has no place for stops the drill by the table's name; the rest is equal."""
    with opened(postgres_database) as connection:
        connection.execute(
            "CREATE TABLE a (id uuid, n numeric, span interval, list text[], ok bool)"
        )
        connection.execute(
            "INSERT INTO a VALUES (gen_random_uuid(), 1.50, '1 year 2 days', '{a,NULL}', true),"
            " (NULL, 'Infinity', NULL, NULL, NULL)"
        )
    archived(OldSql(postgres_database), tmp_path / "archive")
    with fresh_database(mariadb_url) as target:
        report = restore(tmp_path / "archive", target)
        assert report.equal, report.line
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE b (day date)")
        connection.execute("INSERT INTO b VALUES ('infinity')")
    archived(OldSql(postgres_database), tmp_path / "another")
    with fresh_database(mariadb_url) as target, pytest.raises(ArchiveError, match="a row of b"):
        restore(tmp_path / "another", target)


def test_restored_into_sqlite_it_is_equal(mariadb_database: str, tmp_path: Path) -> None:
    archived(filled(mariadb_database), tmp_path / "archive")
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal, report.line


def test_a_stranger_reads_exact_values(mariadb_database: str, tmp_path: Path) -> None:
    archived(filled(mariadb_database), tmp_path / "archive")
    numbers = cells(tmp_path / "archive", "numbers")
    assert numbers[0] == [
        *("1", "2", "-128", "65535", "42", "-9223372036854775808", "18446744073709551615", "0.10"),
        "12345678901234567890123456789012345.012345678901234567890123456789",
        *("9" * 65, "1.50", "0.0", "0.10000000149011612", "12.3", "5"),
        *("18446744073709551615", "1", "0"),
    ]
    assert numbers[3][11] == "0.30000000000000004"
    moments = cells(tmp_path / "archive", "moments")
    assert moments[0] == [
        *("0000-00-00", "00:00:00", "PT838H59M59S", "0000-00-00 00:00:00", "0000-00-00 00:00:00"),
        *("0000-00-00 00:00:00Z", None),
    ]
    assert moments[1] == [
        *("2026-02-00", "23:59:59.999999", "PT-838H-59M-59S", "2026-03-29 02:30:00.25"),
        *("2024-02-30 10:00:00", "2026-03-31 13:00:00.5Z", "2026-03-31 13:00:00Z"),
    ]
    assert moments[2][2] == "PT-0.5S"
    things = cells(tmp_path / "archive", "things")
    assert things[0] == ["AP9cAAAA", "", "XE4=", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "7"]
    words = cells(tmp_path / "archive", "words")
    assert [row[1] for row in words] == [*NASTY_TEXTS, "nul\0inside", "\0"]
    assert words[1][2:] == ["ab", "café €", "o'k", "a,c", '{"a":  1.10, "a": 2}']
    assert cells(tmp_path / "archive", "made") == [["1", "2", "x1"], [None, None, None]]
    assert cells(tmp_path / "archive", 'Order %s; "x')[1:] == [["\\N", None], ["nul\0inside", "2"]]


def test_programs_that_know_nothing_of_us_accept_it(mariadb_database: str, tmp_path: Path) -> None:
    made = archived(filled(mariadb_database), tmp_path / "archive")
    odd = {each.table.name: each.irregular for each in made.tables if each.irregular}
    assert odd == {"moments": ("day", "wall", "plain", "instant")}
    checklist = Checklist(skip_errors=["blank-row"])
    report = Package(str(tmp_path / "archive/data/datapackage.json")).validate(checklist)
    assert report.valid, report.flatten(["type", "note"])
    bagit.Bag(str(tmp_path / "archive")).validate()


def test_definitions_are_kept(mariadb_database: str, tmp_path: Path) -> None:
    source = filled(mariadb_database)
    made = archived(source, tmp_path / "archive")
    ddl = (tmp_path / "archive/data/schema.sql").read_text(encoding="utf-8")
    words = len(NASTY_TEXTS) + 2
    for part in ("enum('blij','o''k','')", "bigint(20) unsigned", "zerofill", "CHECK (`id` > 0)",
                 "FOREIGN KEY (`a`, `b`) REFERENCES", "VIEW `happy`", "UNIQUE KEY `name`",
                 "CREATE SEQUENCE `tickets` start with 100", "COMMENT='all that is said'",
                 f"ALTER TABLE `words` AUTO_INCREMENT = {words + 1};"):  # fmt: skip
        assert part in ddl
    assert "AUTO_INCREMENT=" not in ddl
    (pieces,) = (each.table for each in made.tables if each.table.name == "pieces")
    assert pieces.checks == ("CHECK (`id` > 0)",)
    assert [(key.parent, key.columns) for key in pieces.foreign_keys] == [("parts", ("a", "b"))]
    assert {each.name for each in made.sequences} == {"tickets", "words"}
    assert "the word's number" in (tmp_path / "archive/data/dictionary.csv").read_text()
    before = source.schema_hash()
    run(mariadb_database, "INSERT INTO words (word) VALUES ('more')")
    assert source.schema_hash() == before


@pytest.mark.parametrize("declared", ["point", "inet6", "geometry"])
def test_a_type_without_an_exact_form_is_refused_by_name(
    mariadb_database: str, tmp_path: Path, declared: str
) -> None:
    run(mariadb_database, f"CREATE TABLE trips (id int, place {declared})")
    with pytest.raises(UnknownType, match=r"trips\.place \("):
        archived(OldSql(mariadb_database), tmp_path / "archive")
    assert [*tmp_path.iterdir()] == []


def test_a_table_whose_history_would_be_left_behind_is_refused(
    mariadb_database: str, tmp_path: Path
) -> None:
    run(mariadb_database, "CREATE TABLE prices (id int) WITH SYSTEM VERSIONING")
    with pytest.raises(ArchiveError, match=r"prices \(SYSTEM VERSIONED\)"):
        archived(OldSql(mariadb_database), tmp_path / "archive")


def test_reals_come_through_bit_by_bit(mariadb_database: str, tmp_path: Path) -> None:
    run(mariadb_database, "CREATE TABLE reals (id int, d double, f float)")
    chance = random.Random(5)
    doubles: list[float] = []
    while len(doubles) < 5000:
        (value,) = struct.unpack(">d", chance.randbytes(8))
        if isfinite(value):
            doubles.append(value)
    run(
        mariadb_database,
        "INSERT INTO reals VALUES (:i, :d, :d / 1e290)",
        rows=[{"i": i, "d": value} for i, value in enumerate(doubles)],
    )
    with OldSql(mariadb_database).snapshot() as look:
        (table,) = look.schema().tables
        found: dict[str | None, str | None] = {}
        for ids, ds, _ in look.read(table):
            found.update(zip(ids, ds, strict=True))
    assert [float(found[str(i)] or "") for i in range(len(doubles))] == doubles


def test_all_tables_are_of_one_moment(mariadb_database: str) -> None:
    run(mariadb_database, "CREATE TABLE a (id int)", "CREATE TABLE b (id int)")
    run(mariadb_database, "INSERT INTO a VALUES (1)")
    source = OldSql(mariadb_database)
    with source.snapshot() as look:
        first, second = look.schema().tables
        assert [*look.read(first)] == [[["1"]]]
        run(mariadb_database, "INSERT INTO b VALUES (2)")
        assert [*look.read(second)] == []
        assert look.ask("SELECT count(*) FROM b") == "0"
    assert source.ask("SELECT count(*) FROM b") == "1"


def test_tables_outside_of_the_snapshot_are_named(mariadb_database: str, tmp_path: Path) -> None:
    run(mariadb_database, "CREATE TABLE a (id int)", "CREATE TABLE loose (id int) ENGINE = MyISAM")
    made = archived(OldSql(mariadb_database), tmp_path / "archive")
    assert made.consistency.endswith("but for tables of engines without transactions: loose")


def test_a_user_who_is_not_shown_every_table_is_refused(
    mariadb_database: str, tmp_path: Path
) -> None:
    name = mariadb_database.rpartition("/")[2]
    run(
        mariadb_database,
        *("CREATE TABLE mine (id int)", "CREATE TABLE theirs (id int)"),
        "CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'geheim'",
        f"GRANT SELECT ON {name}.mine TO reader@'127.0.0.1'",
    )
    place = mariadb_database.partition("@")[2]
    source = OldSql(f"mysql://reader:geheim@{place}")
    try:
        with pytest.raises(Misconfigured, match="whole database") as told:
            archived(source, tmp_path / "archive")
        assert "geheim" not in str(told.value)
        run(mariadb_database, f"GRANT SELECT ON {name}.* TO reader@'127.0.0.1'")
        assert len(archived(source, tmp_path / "archive").tables) == 2
    finally:
        run(mariadb_database, "DROP USER reader@'127.0.0.1'")


def test_neighbouring_databases_are_left_alone(mariadb_url: str, tmp_path: Path) -> None:
    with fresh_database(mariadb_url) as ours, fresh_database(mariadb_url) as theirs:
        run(ours, "CREATE TABLE a (id int)")
        run(theirs, "CREATE TABLE secret (id int)")
        made = archived(OldSql(ours), tmp_path / "archive")
        assert [each.table.name for each in made.tables] == ["a"]


def test_questions_are_answered_alike_in_another_kind_of_database(
    mariadb_database: str, tmp_path: Path
) -> None:
    run(
        mariadb_database,
        "CREATE TABLE orders (paid int, amount decimal(10,2))",
        "INSERT INTO orders VALUES (0, 10.50), (1, 100), (0, 9)",
    )
    manifest = archived(OldSql(mariadb_database), tmp_path / "archive", *QUESTIONS)
    assert [answer.answer for answer in manifest.answers] == ["2", "110.5"]
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal, report.line


def test_the_digest_does_not_depend_on_the_servers_taste(mariadb_database: str) -> None:
    source = filled(mariadb_database)

    def digests() -> dict[str, object]:
        with source.snapshot() as look:
            tables = look.schema().tables
            return {each.name: digest(each.types, look.read(each)) for each in tables}

    before = digests()
    try:
        run(mariadb_database, "SET GLOBAL sql_select_limit = 1", "SET GLOBAL time_zone = '+05:45'")
        assert digests() == before
    finally:
        run(
            mariadb_database,
            "SET GLOBAL sql_select_limit = DEFAULT",
            "SET GLOBAL time_zone = '-03:00'",
        )
