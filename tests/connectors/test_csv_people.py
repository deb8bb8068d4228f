"""People's files as they come from the field."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.names import Language
from config.organisation import Site
from config.outside import CsvPeople
from connectors.csv_people import CsvDirectory
from connectors.errors import Misconfigured
from rollout.people import Entry

SITES = {
    "paramaribo": Site(zone="America/Paramaribo", language=Language.NL),
    "port-of-spain": Site(zone="America/Port_of_Spain"),
    "hq": Site(zone="America/Barbados", title="Bridgetown (Head Office)"),
}
GOOGLE = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY],Employee ID,"
    "Manager Email,Department,Building ID,Floor Name,New Thing [READ ONLY]\n"
)
GOOGLE_SPEC = CsvPeople(file="people.csv", layout="google-workspace")
PLAIN = CsvPeople(file="people.csv")
HEADER = "email,given,family,site,department,language\n"
ANA = "ana@acme.example,Ana,Rust,paramaribo,ICT,nl\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(
    folder: Path, content: str | bytes, spec: CsvPeople = PLAIN, *joined: tuple[CsvPeople, str]
) -> list[Entry]:
    return opened(folder, content, spec, *joined).read()


def opened(
    folder: Path, content: str | bytes, spec: CsvPeople = PLAIN, *joined: tuple[CsvPeople, str]
) -> CsvDirectory:
    data = content.encode() if isinstance(content, str) else content
    (folder / spec.file).write_bytes(data)
    for other, text in joined:
        (folder / other.file).write_text(text, encoding="utf-8")
    return CsvDirectory([spec, *(other for other, _ in joined)], folder, SITES)


def wrong(folder: Path, content: str | bytes, spec: CsvPeople = PLAIN) -> str:
    with pytest.raises(Misconfigured) as error:
        read(folder, content, spec)
    said = str(error.value)
    assert "\n" not in said
    return said


def google(*cells: str) -> str:
    names = ("first", "last", "email", "unit", "status", "id", "manager", "department", "building")
    row = dict(zip(names, cells, strict=True))
    order = [row["first"], row["last"], row["email"], "****", row["unit"], row["status"], ""]
    return ",".join([*order, row["id"], row["manager"], row["department"], row["building"], "", ""])


class TestGoogle:
    def test_a_download_is_read_as_it_is(self, folder: Path) -> None:
        rows = [
            google(
                *("José", "Null", "Jose.Null@Acme.example", "/ICT/Paramaribo", "Active"),
                *("", "", "ICT", ""),
            ),
            google(
                *("Kez", "Joseph", "k@acme.example", "/Sales/x", "Suspended", "E7"),
                *("jose.null@acme.example", "", "Port of Spain"),
            ),
            google(
                "A", "Clarke", "a@acme.example", "/Bridgetown (Head Office)", "", "", "", "", ""
            ),
        ]
        jose, kez, clarke = read(folder, GOOGLE + "\n".join(rows), GOOGLE_SPEC)
        assert jose == Entry(
            identity="jose.null@acme.example",
            email="jose.null@acme.example",
            given="José",
            family="Null",
            site="paramaribo",
            department="ICT",
            language=Language.NL,
        )
        assert (kez.identity, kez.site, kez.active) == ("E7", "port-of-spain", False)
        assert (kez.department, kez.manager) == ("x", "jose.null@acme.example")
        assert (clarke.site, clarke.department, clarke.language) == ("hq", "", Language.EN)

    def test_a_unit_that_is_no_site_is_refused_by_row(self, folder: Path) -> None:
        row = google("A", "B", "a@acme.example", "/ICT/Nickerie", "Active", "", "", "", "B12")
        said = wrong(folder, GOOGLE + row, GOOGLE_SPEC)
        assert said == (
            "people.csv:2: 'B12' and 'Nickerie' is no site of the plan; "
            "it has paramaribo, port-of-spain, hq"
        )

    def test_where_there_is_one_site_units_may_be_anything(self, folder: Path) -> None:
        row = google("A", "B", "a@acme.example", "/Staff", "Active", "", "", "", "B12")
        (folder / "people.csv").write_text(GOOGLE + row)
        one = CsvDirectory([GOOGLE_SPEC], folder, {"paramaribo": SITES["paramaribo"]})
        assert one.read()[0].site == "paramaribo"

    def test_a_status_nobody_knows_is_refused(self, folder: Path) -> None:
        row = google("A", "B", "a@acme.example", "/Paramaribo", "Odd", "", "", "", "")
        assert "people.csv:2: Status [READ ONLY]: 'Odd' is no status" in wrong(
            folder, GOOGLE + row, GOOGLE_SPEC
        )

    def test_headers_that_are_missing_or_not_googles_are_refused(self, folder: Path) -> None:
        said = wrong(folder, GOOGLE.replace("Email Address [Required]", "Work Phone"), GOOGLE_SPEC)
        assert said.startswith("people.csv:1: no column 'Email Address [Required]'")
        said = wrong(folder, GOOGLE.replace("Floor Name", "Flor Name"), GOOGLE_SPEC)
        assert said.startswith("people.csv:1: 'Flor Name' is no header of Google's; ")


class TestJoined:
    EXTRA = CsvPeople(
        file="extra.csv",
        join="email",
        columns={
            "language": "Taal",
            "pilot": "Pilot",
            "volunteer": "Vrijwilliger",
            "usage": "Uren per week",
        },
    )
    HEADER = "E-mail;Taal;Pilot;Vrijwilliger;Uren per week;Kamer\n"

    def test_columns_are_added_whatever_the_addresses_capitals(self, folder: Path) -> None:
        extra = self.HEADER + (
            "ANA@acme.example;Engels;Ja;x;12,5;4\nbo@acme.example;nl-SR;nee;;;\n"
        )
        people = HEADER + ANA + "bo@acme.example,Bo,B,hq,ICT,English\n"
        directory = opened(folder, people, PLAIN, (self.EXTRA, extra))
        ana, bo = directory.read()
        assert (ana.language, ana.pilot, ana.volunteer, ana.usage) == (
            Language.EN,
            True,
            True,
            12.5,
        )
        assert (bo.language, bo.pilot, bo.volunteer, bo.usage) == (Language.NL, False, False, None)
        assert directory.warnings == ("extra.csv: columns nobody uses: Kamer",)

    def test_an_empty_cell_hides_nothing(self, folder: Path) -> None:
        extra = self.HEADER + "ana@acme.example;;;;;\n"
        assert read(folder, HEADER + ANA, PLAIN, (self.EXTRA, extra))[0].language == Language.NL

    def test_a_row_for_nobody_is_told_and_no_error(self, folder: Path) -> None:
        extra = self.HEADER + "gone@acme.example;nl;ja;ja;3;\n"
        directory = opened(folder, HEADER + ANA, PLAIN, (self.EXTRA, extra))
        assert len(directory.read()) == 1
        assert directory.warnings[-1].startswith("extra.csv:2: nobody")
        assert "@" not in "".join(directory.warnings)

    def test_two_rows_for_one_address_are_refused(self, folder: Path) -> None:
        extra = self.HEADER + "ana@acme.example;nl;ja;;3;\n" * 2
        with pytest.raises(Misconfigured, match=r"extra.csv:3: the same address as line 2"):
            read(folder, HEADER + ANA, PLAIN, (self.EXTRA, extra))

    def test_a_mapped_header_that_is_missing_is_named(self, folder: Path) -> None:
        extra = self.HEADER.replace("Taal", "Tal")
        with pytest.raises(Misconfigured, match=r"extra.csv:1: no column 'Taal', .*columns: lang"):
            read(folder, HEADER + ANA, PLAIN, (self.EXTRA, extra))

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            ("Frans;ja;ja;3", "Taal: 'Frans' is no language notices exist in; write one of nl, en"),
            ("nl;misschien;ja;3", "Pilot: 'misschien' is neither yes nor no"),
            ("nl;ja;ja;veel", "Uren per week: 'veel' is no number"),
            ("nl;ja;ja;1.234,5", "Uren per week: '1.234,5' is no number"),
            ("nl;ja;ja;nan", "Uren per week: 'nan' is no number"),
            ("nl;ja;ja;169", "Uren per week: '169' are no hours of a week"),
            ("nl;ja;ja;-1", "Uren per week: '-1' are no hours of a week"),
        ],
    )
    def test_a_bad_cell_is_told_with_line_and_column(
        self, folder: Path, cells: str, said: str
    ) -> None:
        extra = self.HEADER + f"ana@acme.example;{cells};\n"
        with pytest.raises(Misconfigured) as error:
            read(folder, HEADER + ANA, PLAIN, (self.EXTRA, extra))
        assert str(error.value).startswith(f"extra.csv:2: {said}")


class TestFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_what_spreadsheets_write_is_read(
        self, folder: Path, encoding: str, delimiter: str, end: str
    ) -> None:
        text = (HEADER + ANA.replace("Ana", "Renée")).replace(",", delimiter).replace("\n", end)
        assert read(folder, text.encode(encoding))[0].given == "Renée"

    def test_excels_hint_is_no_header(self, folder: Path) -> None:
        assert read(folder, "sep=;\n" + (HEADER + ANA).replace(",", ";"))[0].given == "Ana"
        said = wrong(folder, "sep=;\n" + HEADER.replace(",", ";") + "x;X;Y;paramaribo;;\n")
        assert said.startswith("people.csv:3: email: 'x' is no e-mail address")

    def test_cp1252_only_where_the_plan_says_so(self, folder: Path) -> None:
        data = (HEADER + ANA + ANA.replace("ana@", "r@").replace("Ana", "Renée")).encode("cp1252")
        said = wrong(folder, data)
        assert said == (
            "people.csv:3: not utf-8; save it as UTF-8, or write `encoding: cp1252` in the plan"
        )
        spec = CsvPeople(file="people.csv", encoding="cp1252")
        assert read(folder, data, spec)[1].given == "Renée"
        assert (
            read(folder, (HEADER + ANA.replace("Ana", "Renée")).encode(), spec)[0].given == "Renée"
        )

    def test_texts_stay_texts(self, folder: Path) -> None:
        row = "null@acme.example,NA,Null,hq,007,\n"
        (entry,) = read(folder, HEADER + row)
        assert (entry.given, entry.family, entry.department) == ("NA", "Null", "007")

    def test_quotes_hold_delimiters_and_lines(self, folder: Path) -> None:
        row = '\n"bo@acme.example","Bo ""B""","D\nE",hq,"a,b",en\n,,,,,\n'
        bo, ana = read(folder, HEADER + row + ANA)
        assert (bo.given, bo.family, bo.department) == ('Bo "B"', "D\nE", "a,b")
        assert ana.given == "Ana"
        said = wrong(folder, HEADER + row + ANA + ANA)
        assert said.startswith("people.csv:7: the same address as people.csv:6")

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("", "people.csv:1: there is no header"),
            (HEADER, "people.csv: nobody is in it"),
            (
                "email,given,famly\n",
                "people.csv:1: unknown header 'famly'; we know identity, email",
            ),
            ("email,given\n", "people.csv:1: no column 'family'"),
            ("email,given,family,email\n", "people.csv:1: both columns of email are ours"),
            (HEADER + "ana@acme.example,Ana\n", "people.csv:2: has 2 cells and the header 6"),
            (HEADER + ANA + '"ana,b\n', "people.csv:3: unexpected end of data; is a quote left"),
            (HEADER + "ana@acme.example,,,hq,,\n", "people.csv:2: this person has no name"),
            (HEADER + ",Ana,B,hq,,\n", "people.csv:2: email: '' is no e-mail address"),
            (HEADER + ANA.replace("paramaribo", "Mars"), "people.csv:2: 'Mars' is no site"),
            (HEADER + ANA.replace("paramaribo", ""), "people.csv:2: an empty cell is no site"),
        ],
    )
    def test_what_cannot_be_read_is_told_in_a_line(
        self, folder: Path, content: str, said: str
    ) -> None:
        assert wrong(folder, content).startswith(said)

    def test_a_missing_file_is_named(self, folder: Path) -> None:
        with pytest.raises(
            Misconfigured, match=r"^people.csv: there is no such file; put it there"
        ):
            CsvDirectory([PLAIN], folder, SITES).read()

    def test_columns_we_do_not_know_cannot_be_mapped(self, folder: Path) -> None:
        spec = CsvPeople(file="people.csv", columns={"langauge": "language"})
        assert "names 'langauge'; we know" in wrong(folder, HEADER + ANA, spec)

    def test_a_roster_is_read_by_mapping(self, folder: Path) -> None:
        roster = (
            "Employee #,First Name,Last Name,Job Title,Department,Location,Status,Work Email\n"
            "8753,Ana,Rust,Analist,ICT,Paramaribo,Active,ana@acme.example\n"
        )
        columns = {
            "identity": "Employee #",
            "given": "First Name",
            "family": "Last Name",
            "site": "Location",
        }
        (ana,) = read(folder, roster, CsvPeople(file="people.csv", columns=columns))
        assert (ana.identity, ana.email, ana.site) == ("8753", "ana@acme.example", "paramaribo")


def test_it_is_cheap_to_import() -> None:
    script = "import connectors.csv_people, sys; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "numpy", "sqlalchemy", "httpx2", "smtplib"} & {*loaded}
