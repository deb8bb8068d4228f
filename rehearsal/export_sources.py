"""What `./dev bench export` measures: the tables it fills a PostgreSQL database with."""

import shutil
import subprocess

import psycopg

_WIDE = """
CREATE TABLE wide (
  id bigint PRIMARY KEY, name text NOT NULL, note text, doc jsonb, price numeric(12,2),
  rate numeric, made timestamptz, seen timestamp, born date, clock time, sure boolean,
  score double precision, content bytea, tag uuid, number integer, status varchar(12),
  remark text, amount numeric(14,4)
);
INSERT INTO wide SELECT
  g, 'Name ' || g || ' · Übung',
  CASE WHEN g % 7 > 0 THEN repeat(md5(g::text), 4) || CASE WHEN g % 50 = 0 THEN E'"\\n,' END END,
  jsonb_build_object('a', g, 'b', md5((g + 1)::text), 'c', ARRAY[1, 2, g % 9]),
  (g % 100000) / 100.0, CASE WHEN g % 5 > 0 THEN g / 7.0 END,
  '2020-01-01Z'::timestamptz + g * interval '61.25 seconds',
  '2019-01-01'::timestamp + g * interval '1 minute', '1970-01-01'::date + (g % 20000)::int,
  '00:00'::time + (g % 86400) * interval '1 second', g % 3 = 0, g / 3.0::float8,
  decode(md5(g::text) || md5((g + 2)::text) || md5((g + 3)::text), 'hex'), md5(g::text)::uuid,
  (g * 7919 % 2147483647)::int, (ARRAY['open', 'closed', 'pending'])[1 + g % 3],
  CASE WHEN g % 11 = 0 THEN '' WHEN g % 13 = 0 THEN '\\N' ELSE 'r' || g END, g / 3.0
FROM generate_series(1, ROWS::bigint) g;
VACUUM ANALYZE wide;
"""


def fill_wide(url: str, rows: int) -> None:
    """Make a table of so many rows, of every kind of column."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        for statement in filter(str.strip, _WIDE.replace("ROWS", str(rows)).split(";\n")):
            connection.execute(statement.encode())


def fill_pgbench(url: str, rows: int) -> None:
    """Let pgbench make its tables, the largest of so many rows."""
    words = [program("pgbench"), "-i", "-q", "-s", str(max(1, rows // 100_000)), plain(url)]
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)


def program(name: str) -> str:
    """Give where a program is; SystemExit says how to get it."""
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"bench: {name} is missing; on Debian: apt-get install postgresql")
    return found


def plain(url: str) -> str:
    """Give an address as PostgreSQL's own programs read it."""
    return url.replace("+psycopg", "")
