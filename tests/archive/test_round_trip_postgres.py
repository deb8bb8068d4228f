"""The same from a real PostgreSQL server, restored into SQLite and into PostgreSQL again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bagit
import psycopg
import pytest
from frictionless import Checklist, Package

from archive import objects
from archive.digests import digest
from archive.errors import ArchiveError, Occupied, UnknownType
from archive.restore import restore
from archive.verify import verify
from connectors.errors import Misconfigured
from connectors.old_sql import OldSql
from tests.archive.sources import NASTY_POSTGRES, NASTY_TEXTS, QUESTIONS, archived, sqlite_source
from tests.archive.test_round_trip import cells
from tests.postgres import fresh_database


@contextmanager
def opened(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        yield connection


def filled(url: str) -> OldSql:
    with opened(url) as connection:
        connection.execute(NASTY_POSTGRES.read_bytes())
        connection.cursor().executemany(
            "INSERT INTO words VALUES (%s, %s, %s, %s)",
            [(number, word, "ab", "o'k") for number, word in enumerate(NASTY_TEXTS)],
        )
        connection.execute("INSERT INTO sales.words VALUES (1, 3), (2, NULL)")
    return OldSql(url)


def dumped(url: str) -> dict[str, list[str]]:
    """Every row as the server itself writes it, by table."""
    with opened(url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'sales')"
        ).fetchall()
        found = {}
        for schema, table in tables:
            name = psycopg.sql.Identifier(schema, table)
            rows = connection.execute(psycopg.sql.SQL("SELECT t::text FROM {} t").format(name))
            label = table if schema == "public" else f"{schema}.{table}"
            found[label] = sorted(text for (text,) in rows)
    return found


def test_restored_into_postgresql_it_is_what_it_was(
    postgres_database: str, postgres_url: str, tmp_path: Path
) -> None:
    source = filled(postgres_database)
    before = dumped(postgres_database)
    archived(source, tmp_path / "archive")
    assert verify(tmp_path / "archive").holds
    with fresh_database(postgres_url) as target:
        report = restore(tmp_path / "archive", target)
        assert report.equal, report.line
        # The partition's rows are its parent's.
        assert dumped(target) == {
            name: rows for name, rows in before.items() if name != "visits_2026"
        }
    assert dumped(postgres_database) == before


def test_restored_into_sqlite_it_is_equal(postgres_database: str, tmp_path: Path) -> None:
    archived(filled(postgres_database), tmp_path / "archive")
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal, report.line
    assert {each.name for each in report.tables} >= {"words", "Words", "sales.words", "visits"}


def test_a_stranger_reads_exact_values(postgres_database: str, tmp_path: Path) -> None:
    archived(filled(postgres_database), tmp_path / "archive")
    numbers = [*zip(*cells(tmp_path / "archive", "numbers"), strict=True)]
    assert numbers[1] == ("0.10", "0.10", "-99999999.99", "NaN", "12.00")
    assert numbers[2][:4] == ("0.1", "0.10", "0.00000000000000000001", "INF")
    assert numbers[3][1] == "12345678901234567890.0123456789"
    assert numbers[7] == ("-0", "NaN", "INF", "5e-324", "0.30000000000000004")
    moments = cells(tmp_path / "archive", "moments")
    assert moments[5] == [
        *("2024-02-29", "10:00:00.25", "2026-03-29 02:30:00", "2026-03-31 13:00:00.5Z")
    ]
    things = cells(tmp_path / "archive", "things")
    assert things[0][:2] == ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "AP9cTg=="]
    assert things[0][2] == '{"b": 1.10,  "b":2, "é": "\\u00e9"}'
    assert [row[1] for row in cells(tmp_path / "archive", "words")] == NASTY_TEXTS
    assert len(cells(tmp_path / "archive", "visits")) == 2


def test_definitions_are_kept(postgres_database: str, tmp_path: Path) -> None:
    manifest = archived(filled(postgres_database), tmp_path / "archive")
    ddl = (tmp_path / "archive/data/schema.sql").read_text(encoding="utf-8")
    for part in ("AS ENUM ('blij', 'o''k')", '"tags" AS text[] CHECK',
                 "CREATE SEQUENCE public.tickets AS integer START 100 INCREMENT 5 MINVALUE 10",
                 "ALTER SEQUENCE public.tickets RESTART WITH 110", "CHECK ((net > (0)::numeric))",
                 "RESTART WITH 7", "GENERATED ALWAYS AS IDENTITY", "STORED", "lower((name)::text)",
                 "WHERE (net > (10)::numeric)", "COMMENT ON COLUMN public.words.feeling IS",
                 '"tag" price', "character(4)", 'VIEW "happy"',
                 'VIEW "counted"', "PRIMARY KEY", 'REFERENCES "words"'):  # fmt: skip
        assert part in ddl
    stands = {each.name: each.next for each in manifest.sequences}
    assert stands == {
        "numbers_id_seq": 6, "tickets": 110, "sales.unused": 7, "billing_id_seq": 1,
    }  # fmt: skip
    words = next(each.table for each in manifest.tables if each.table.name == "words")
    assert words.comment == 'all that is said; it\'s "much"'
    dictionary = (tmp_path / "archive/data/dictionary.csv").read_text(encoding="utf-8")
    assert "as they felt" in dictionary
    assert '""much""' in dictionary
    package = (tmp_path / "archive/data/datapackage.json").read_text(encoding="utf-8")
    assert "as they felt; mood in the source" in package
    parents = {each.table.name: [key.parent for key in each.table.foreign_keys]
               for each in manifest.tables}  # fmt: skip
    assert parents["sales.words"] == ["words"]
    assert parents["sales.pieces"] == ["sales.parts"]
    assert {view.name for view in manifest.views} == {"happy", "counted"}


@pytest.mark.parametrize(
    "declared", ["inet", "point", "timetz", "int4range", "inet[]", "money", "xml"]
)
def test_a_type_without_an_exact_form_is_refused_by_name(
    postgres_database: str, tmp_path: Path, declared: str
) -> None:
    with opened(postgres_database) as connection:
        connection.execute(f"CREATE TABLE trips (id int, span {declared})".encode())
    with pytest.raises(UnknownType, match=r"trips\.span \("):
        archived(OldSql(postgres_database), tmp_path / "archive")
    assert [*tmp_path.iterdir()] == []


def test_moments_that_python_has_not_are_kept(postgres_database: str, tmp_path: Path) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE contracts (until date, seen timestamptz, of text)")
        connection.execute(
            "INSERT INTO contracts VALUES ('infinity', '-infinity', 'a'), "
            "('0044-03-15 BC', NULL, '')"
        )
    archived(OldSql(postgres_database), tmp_path / "archive")
    assert verify(tmp_path / "archive").holds
    assert cells(tmp_path / "archive", "contracts") == [
        ["infinity", "-infinity", "a"],
        ["0044-03-15 BC", None, ""],
    ]


def test_where_a_sequence_stands_is_no_change_of_shape(postgres_database: str) -> None:
    source = filled(postgres_database)
    before = source.schema_hash()
    with opened(postgres_database) as connection:
        connection.execute("SELECT nextval('tickets')")
    assert source.schema_hash() == before
    with opened(postgres_database) as connection:
        connection.execute("COMMENT ON TABLE numbers IS 'now it counts'")
    assert source.schema_hash() != before


def test_spans_and_lists_are_written_as_a_stranger_can_read_them(
    postgres_database: str, tmp_path: Path
) -> None:
    archived(filled(postgres_database), tmp_path / "archive")
    spans = [row[0] for row in cells(tmp_path / "archive", "spans")]
    assert spans[:4] == ["P1Y2M-3DT4H0.5S", "P1D", "PT24H", "P-1M1DT-0.000001S"]
    first, second, third = (row[1:] for row in cells(tmp_path / "archive", "lists"))
    assert json.loads(first[0] or "")[:5] == ["a", None, "NULL", "", '"']
    assert first[1:4] == ['["a  ","ab ",null]', '["a  ",null]', '["blij",null,"o\'k"]']
    assert first[7:9] == [
        '["0.10","0.00000000000000000001","INF","-INF","NaN"]',
        '["-0","NaN","-INF","5e-324","0.30000000000000004"]',
    ]
    assert first[14] == ('["2026-03-31 13:00:00.5Z","infinity","0044-03-15 10:00:00Z BC",null]')
    assert first[16] == '["00ff5c","",null]'
    assert first[18] == '["{\\"a\\":  1}","null",null,"\\"null\\""]'
    assert second[5:8] == [
        *('[[["1"],["2"]],[["3"],[null]]]', '[0:1]=["1.00","2.00"]'),
        '[-1:0][2:3]=[["1","2"],["3","4"]]',
    ]
    assert third[0] == "[]"


def test_python_makes_the_same_of_the_same_values(postgres_database: str) -> None:
    """The server's expressions against objects of Python's, for all that Python has a type for."""
    source = filled(postgres_database)
    with opened(postgres_database) as connection:
        # Python has no moments outside the years 1 to 9999, nor a 24th hour.
        connection.execute(
            "DELETE FROM moments WHERE NOT day BETWEEN '0001-01-01' AND '9999-12-31'"
        )
    with source.snapshot() as look, opened(postgres_database) as connection:
        tables = {table.name: table for table in look.schema().tables}
        for name in ("numbers", "moments", "things"):
            table = tables[name]
            asked = ", ".join(
                f"{each.name}::text" if each.type == "json" else each.name for each in table.columns
            )
            rows = connection.execute(f"SELECT {asked} FROM {name}".encode()).fetchall()
            made = [*map(objects.to_texts, table.columns, zip(*rows, strict=True))]
            assert len(rows) > 2
            assert digest(table.types, [made]) == digest(table.types, look.read(table)), name


def test_the_databases_own_taste_changes_no_letter(postgres_database: str, tmp_path: Path) -> None:
    source = filled(postgres_database)
    before = archived(source, tmp_path / "before")
    with opened(postgres_database) as connection:
        name = connection.info.dbname
        for setting, value in {
            "datestyle": "German, DMY", "intervalstyle": "sql_standard", "bytea_output": "escape",
            "extra_float_digits": "-15", "timezone": "Asia/Kathmandu", "client_encoding": "latin1",
            "standard_conforming_strings": "off",
        }.items():  # fmt: skip
            connection.execute(
                psycopg.sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    psycopg.sql.Identifier(name), psycopg.sql.Identifier(setting), value
                )
            )
    after = archived(source, tmp_path / "after")
    assert [each.digest for each in after.tables] == [each.digest for each in before.tables]
    for each in before.tables:
        assert (tmp_path / "before" / each.file).read_bytes() == (
            tmp_path / "after" / each.file
        ).read_bytes()


def test_rows_hidden_from_us_stop_the_export(postgres_database: str, tmp_path: Path) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE mine (id int)")
        connection.execute("INSERT INTO mine VALUES (1), (2)")
        connection.execute("ALTER TABLE mine ENABLE ROW LEVEL SECURITY")
        connection.execute("CREATE POLICY one ON mine USING (id = 1)")
        connection.execute("CREATE ROLE blinkered LOGIN PASSWORD 'geheim'")
        connection.execute("GRANT SELECT ON mine TO blinkered")
    place = postgres_database.partition("@")[2]
    try:
        with pytest.raises(Misconfigured, match="row-level security"):
            archived(OldSql(f"postgresql+psycopg://blinkered:geheim@{place}"), tmp_path / "a")
    finally:
        with opened(postgres_database) as connection:
            connection.execute("DROP OWNED BY blinkered")
            connection.execute("DROP ROLE blinkered")


def test_programs_that_know_nothing_of_us_accept_its_types(
    postgres_database: str, tmp_path: Path
) -> None:
    made = archived(filled(postgres_database), tmp_path / "archive")
    odd = {each.table.name: each.irregular for each in made.tables if each.irregular}
    assert odd == {
        "moments": ("day", "clock", "wall", "instant"),
        "lists": ("prices", "loose", "instants"),
    }
    checklist = Checklist(skip_errors=["blank-row"])
    report = Package(str(tmp_path / "archive/data/datapackage.json")).validate(checklist)
    assert report.valid, report.flatten(["type", "note"])
    bagit.Bag(str(tmp_path / "archive")).validate()


def test_empty_texts_alone_in_their_line_are_not_lost(
    postgres_database: str, tmp_path: Path
) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE words (word text)")
        connection.execute(r"INSERT INTO words VALUES (''), (NULL), ('\.'), ('\N'), ('')")
    archived(OldSql(postgres_database), tmp_path / "archive")
    assert cells(tmp_path / "archive", "words") == [[""], [None], ["\\."], ["\\N"], [""]]
    text = (tmp_path / "archive/data/csv/t001.csv").read_text()
    assert "\n\n" not in text


def test_the_server_and_python_write_the_same(postgres_database: str) -> None:
    """Reals of every size, and all the rest: digests of rows sent and of rows digested there."""
    source = filled(postgres_database)
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE reals (d double precision, f real)")
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            "INSERT INTO reals SELECT v, v::numeric::real FROM (SELECT (random() - 0.5) * "
            "10 ^ (random() * 40 - 8) AS v FROM generate_series(1, 20000)) made"
        )
        connection.execute(
            "INSERT INTO reals SELECT sign * (10::float8 ^ e + plus), sign * 10::float8 ^ e "
            "FROM generate_series(-7, 20) e, (VALUES (1), (-1)) s(sign), "
            "(VALUES (0), (0.125), (0.5), (1)) p(plus)"
        )
    with source.snapshot() as look, look.beside() as other:
        assert other is not None
        for table in look.schema().tables:
            copier = other.copier(table)
            assert copier is not None
            assert copier.digest() == digest(table.types, look.read(table)), table.name


def test_a_table_one_may_not_read_stops_the_export(postgres_database: str, tmp_path: Path) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE mine (id int)")
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'geheim'")
    place = postgres_database.partition("@")[2]
    try:
        with pytest.raises(Misconfigured, match="table mine: permission denied") as told:
            archived(OldSql(f"postgresql+psycopg://reader:geheim@{place}"), tmp_path / "archive")
        assert "geheim" not in str(told.value)
    finally:
        with opened(postgres_database) as connection:
            connection.execute("DROP ROLE reader")


def test_all_tables_are_of_one_moment(postgres_database: str, tmp_path: Path) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE a (id int)")
        connection.execute("CREATE TABLE b (id int)")
        connection.execute("INSERT INTO a VALUES (1)")
    source = OldSql(postgres_database)
    with source.snapshot() as look:
        first, second = look.schema().tables
        assert [*look.read(first)] == [[["1"]]]
        with opened(postgres_database) as connection:
            connection.execute("INSERT INTO b VALUES (2)")
        assert [*look.read(second)] == []
        assert look.ask("SELECT count(*) FROM b") == "0"
    assert source.ask("SELECT count(*) FROM b") == "1"


def test_what_sqlite_holds_and_postgresql_cannot_is_told(
    postgres_database: str, tmp_path: Path
) -> None:
    source = sqlite_source(
        tmp_path / "old.sqlite",
        "CREATE TABLE notes (note TEXT)",
        "INSERT INTO notes VALUES ('geheim' || char(0) || 'x')",
    )
    archived(source, tmp_path / "archive")
    with pytest.raises(ArchiveError, match="cannot hold a row of notes") as told:
        restore(tmp_path / "archive", postgres_database)
    assert "geheim" not in str(told.value)


def test_a_database_that_holds_something_is_no_place_to_restore_into(
    postgres_database: str, tmp_path: Path
) -> None:
    archived(sqlite_source(tmp_path / "o.sqlite", "CREATE TABLE a (b)"), tmp_path / "archive")
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    with pytest.raises(Occupied):
        restore(tmp_path / "archive", postgres_database)


def test_questions_are_answered_alike_in_another_kind_of_database(
    postgres_database: str, tmp_path: Path
) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE orders (paid int, amount numeric(10,2))")
        connection.execute("INSERT INTO orders VALUES (0, 10.50), (1, 100), (0, 9)")
    manifest = archived(OldSql(postgres_database), tmp_path / "archive", *QUESTIONS)
    assert [answer.answer for answer in manifest.answers] == ["2", "110.5"]
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal, report.line
    assert json.loads((tmp_path / "archive/manifest.json").read_text())["dialect"] == "postgresql"
