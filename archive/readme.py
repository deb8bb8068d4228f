"""`README.txt`: an archive explained to a stranger, in English and Dutch."""

from archive.manifest import Manifest

FILE = "README.txt"

_check = """\
  openssl pkeyutl -verify -pubin -inkey signer.pem -rawin \\
    -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig
  openssl pkey -pubin -in signer.pem -outform DER | sha256sum
"""
_signed = f"""
Who made it? With OpenSSL 3:
{_check}\
The first must say "Signature Verified Successfully". The second prints the fingerprint of the key
that signed. Compare it with one from elsewhere, for anybody can put a key beside an archive: it
stood in the mail in which the archive was approved, and in every report of the move.
"""
_ondertekend = f"""
Wie heeft het gemaakt? Met OpenSSL 3:
{_check}\
De eerste moet "Signature Verified Successfully" zeggen. De tweede toont de vingerafdruk van de
sleutel die heeft ondertekend. Vergelijk die met een van elders, want iedereen kan een sleutel naast
een archief leggen: hij stond in de mail waarin het archief is goedgekeurd, en in elk rapport van de
overstap.
"""
_retention = """
Rows that are to be kept until a day of their own, by table; after it they should go:
{tables}
"""
_bewaren = """
Rijen die tot een eigen dag bewaard moeten blijven, per tabel; daarna horen ze weg:
{tables}
"""
_erased = """
Rows were erased from it on request, {rows} in all: manifest.json says when, why and from which
table ("erasures"), and by its "predecessor" which archive it was before. Of the rows nothing is
left in the tables.
"""
_not_searched = """\
The {files} files in data/files were not searched for them by any program; whoever erased the rows
said that they had looked through the files.
"""
_gewist = """
Er zijn op verzoek rijen uit gewist, samen {rows}: manifest.json zegt wanneer, waarom en uit welke
tabel ("erasures"), en met "predecessor" welk archief het daarvoor was. Van de rijen is in de
tabellen niets over.
"""
_niet_doorzocht = """\
Geen programma heeft ze in de {files} bestanden in data/files gezocht; wie de rijen wiste, zei de
bestanden te hebben nagekeken.
"""
_not_signed = """
It is not signed: nothing in it proves who made it.
"""
_niet_ondertekend = """
Het is niet ondertekend: niets erin bewijst wie het heeft gemaakt.
"""

_english = """\
ARCHIVE OF AN OLD SYSTEM: {rollout}

Made on {day}: {tables} tables, {rows} rows. Keep until: {keep}.
You need no special program to read it. (Nederlands: zie onder.)

What is in it
  data/archive.sqlite     everything, as one SQLite database. Open it with any SQLite program,
                          for instance "DB Browser for SQLite", or: sqlite3 data/archive.sqlite
  data/csv/               the same, one CSV file for each table (UTF-8, comma, first line: names)
{more}  data/dictionary.csv     which file holds which table, and what each column is
  data/datapackage.json   the same for programs (Frictionless Data Package)
  data/schema.sql         the definitions of tables and views in the old system
  manifest.json           counts and digests of every table, and when and how it was made

Has anything changed since? In this folder, type (Linux, macOS):
  sha256sum -c manifest-sha256.txt
  sha256sum -c tagmanifest-sha256.txt
Every line must say OK. It is a BagIt bag (RFC 8493), so BagIt programs can check it too.
{signed}
Reading the CSV files
  \\N        no value (NULL). An empty cell is an empty text.
  \\\\...      the text begins with a backslash itself: take one off.
  Bytes are in base64. Times marked Z are in UTC. Decimals have a point.
  Spans of time are as ISO 8601 has them (P1Y2M-3DT4H), lists of values are JSON (["1.50",null]).
  A spreadsheet may spoil long numbers and dates when it opens a CSV file: look at a copy, or at
  data/archive.sqlite.
In data/archive.sqlite, columns declared DECIMAL_TEXT hold exact numbers as text, since they are
longer than SQLite's own; write CAST(column AS REAL) to calculate with them.
"""

_dutch = """\
ARCHIEF VAN EEN OUD SYSTEEM: {rollout}

Gemaakt op {day}: {tables} tabellen, {rows} rijen. Te bewaren tot: {keep}.
U hebt geen bijzonder programma nodig om het te lezen.

Wat erin zit
  data/archive.sqlite     alles, als één SQLite-database. Open die met elk SQLite-programma,
                          bijvoorbeeld "DB Browser for SQLite", of: sqlite3 data/archive.sqlite
  data/csv/               hetzelfde, één CSV-bestand per tabel (UTF-8, komma, eerste regel: namen)
{more}  data/dictionary.csv     welk bestand welke tabel bevat, en wat elke kolom is
  data/datapackage.json   hetzelfde voor programma's (Frictionless Data Package)
  data/schema.sql         de definities van tabellen en views in het oude systeem
  manifest.json           aantallen en controlegetallen per tabel, en wanneer en hoe het is gemaakt

Is er sindsdien iets veranderd? Typ in deze map (Linux, macOS):
  sha256sum -c manifest-sha256.txt
  sha256sum -c tagmanifest-sha256.txt
Elke regel moet OK zeggen. Het is een BagIt-bag (RFC 8493): ook BagIt-programma's controleren hem.
{signed}
De CSV-bestanden lezen
  \\N        geen waarde (NULL). Een lege cel is een lege tekst.
  \\\\...      de tekst begint zelf met een backslash: haal er één af.
  Bytes staan in base64. Tijden met een Z zijn in UTC. Decimalen hebben een punt.
  Tijdsduren staan er volgens ISO 8601 (P1Y2M-3DT4H), lijsten als JSON (["1.50",null]).
  Een spreadsheet kan lange getallen en datums bederven bij het openen van een CSV-bestand: bekijk
  een kopie, of data/archive.sqlite.
In data/archive.sqlite bevatten kolommen van het type DECIMAL_TEXT exacte getallen als tekst, omdat
ze langer zijn dan die van SQLite zelf; schrijf CAST(kolom AS REAL) om ermee te rekenen.
"""


_parquet_english = """\
  data/parquet/           the same once more, as Parquet files, for programs that calculate
"""
_parquet_dutch = """\
  data/parquet/           nog eens hetzelfde, als Parquet-bestanden, voor rekenprogramma's
"""
_files_english = """\
  data/files/             files as they were, {files} of them; data/files.csv says which is which
"""
_files_dutch = """\
  data/files/             bestanden zoals ze waren, {files} stuks; data/files.csv zegt welk wat is
"""


def readme_text(manifest: Manifest, *, signed: bool) -> str:
    """Give the text, English first."""
    tables = "\n".join(f"  {table}: {day}" for table, day in manifest.retention.items())
    keep = manifest.keep_until.isoformat() if manifest.keep_until else None
    figures = {
        "rollout": manifest.rollout,
        "day": manifest.made_at.date().isoformat(),
        "tables": len(manifest.tables),
        "rows": manifest.rows,
    }
    english = _english.format(
        **figures,
        keep=keep or "no date was set",
        signed=_signed if signed else _not_signed,
        more=_more(manifest, _parquet_english, _files_english),
    )
    dutch = _dutch.format(
        **figures,
        keep=keep or "geen datum bepaald",
        signed=_ondertekend if signed else _niet_ondertekend,
        more=_more(manifest, _parquet_dutch, _files_dutch),
    )
    if manifest.erasures:
        rows = sum(each.rows for each in manifest.erasures)
        english += _erased.format(rows=rows)
        dutch += _gewist.format(rows=rows)
        if files := max(each.files_not_searched for each in manifest.erasures):
            english += _not_searched.format(files=files)
            dutch += _niet_doorzocht.format(files=files)
    if tables:
        english += _retention.format(tables=tables)
        dutch += _bewaren.format(tables=tables)
    return english + "\n" + "-" * 80 + "\n\n" + dutch


def _more(manifest: Manifest, parquet: str, files: str) -> str:
    """Give the lines of what not every archive has."""
    count = manifest.files.digest.rows if manifest.files else 0
    return (parquet if manifest.parquet else "") + (files.format(files=count) if count else "")
