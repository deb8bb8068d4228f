"""Evidence from CSV files: vendors' exports by mapping, folders, and what cannot be read."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.outside import CsvTable
from connectors.csv_table import CsvEvidence
from connectors.errors import Misconfigured
from connectors.evidence import NoEvidence, TableName
from connectors.ports import Sheet

NOW = datetime(2026, 3, 27, 9, tzinfo=UTC)

M365 = (
    "\ufeffReport Refresh Date,User Principal Name,Name,Is Deleted,Teams Last Activity Date\n"
    "2026-03-12,Ana@example.sr,Ana Rust,False,2026-03-11\n"
    "2026-03-12,bo@example.sr,Bo,False,\n"
)
FORMS = (
    'ID,Start time,Completion time,Email,Name,"Hoe tevreden bent u (1-10)?",Toelichting\n'
    '1,8/20/25 12:51:45,8/20/25 12:54:25,anonymous,,8,"prima; snel"\n'
)
REDMINE = (
    "\ufeff#,Project,Status,Subject,Created,Closed,Private\n"
    '3,Rollout,New,"Kan niet inloggen é 3",11/22/2026 04:44 AM,"",No\n'
)
JIRA = (
    "Summary,Issue key,Created,Resolved,Labels,Labels,Comment,Comment\n"
    "Kan niet inloggen,ROL-1,03/Sep/26 9:05 AM,20/Sep/26 4:30 PM,login,crm,a,b\n"
)


def read(folder: Path, table: TableName, text: str, **spec: object) -> Sheet:
    (folder / "rows.csv").write_text(text, encoding="utf-8")
    made = CsvTable.model_validate({"file": "rows.csv", **spec})
    return CsvEvidence(table, made, folder).read(NOW)


def wrong(folder: Path, table: TableName, text: str, **spec: object) -> str:
    with pytest.raises(Misconfigured) as error:
        read(folder, table, text, **spec)
    return str(error.value)


class TestVendors:
    def test_microsofts_usage_report_where_no_date_means_never(self, tmp_path: Path) -> None:
        columns = {"email": "User Principal Name", "day": "Teams Last Activity Date"}
        frame = read(tmp_path, "activity", M365, columns=columns).frame
        assert frame.to_dict("records") == [{"email": "ana@example.sr", "day": date(2026, 3, 11)}]

    def test_microsofts_forms(self, tmp_path: Path) -> None:
        columns = {
            "id": "ID",
            "email": "Email",
            "at": "Completion time",
            "satisfaction": "Hoe tevreden bent u (1-10)?",
            "comment": "Toelichting",
        }
        sheet = read(tmp_path, "answers", FORMS, columns=columns, dates="%m/%d/%y %H:%M:%S")
        (answer,) = sheet.frame.to_dict("records")
        assert (answer["id"], answer["satisfaction"], answer["comment"]) == ("1", 8, "prima; snel")
        assert answer["at"] == datetime(2025, 8, 20, 12, 54, 25, tzinfo=UTC)
        assert sheet.frame[["email", "nps"]].isna().to_numpy().all()

    def test_redmine(self, tmp_path: Path) -> None:
        columns = {"id": "#", "opened": "Created", "closed": "Closed"}
        sheet = read(tmp_path, "tickets", REDMINE, columns=columns, dates="%m/%d/%Y %I:%M %p")
        (ticket,) = sheet.frame.to_dict("records")
        assert (ticket["id"], ticket["opened"]) == ("3", date(2026, 11, 22))
        assert ticket["closed"] is None

    def test_jira_whose_columns_repeat(self, tmp_path: Path) -> None:
        columns = {"id": "Issue key", "opened": "Created", "closed": "Resolved"}
        sheet = read(tmp_path, "tickets", JIRA, columns=columns, dates="%d/%b/%y %I:%M %p")
        (ticket,) = sheet.frame.to_dict("records")
        assert (ticket["opened"], ticket["closed"]) == (date(2026, 9, 3), date(2026, 9, 20))
        twice = {**columns, "tier": "Labels"}
        said = wrong(tmp_path, "tickets", JIRA, columns=twice, dates="%d/%b/%y %I:%M %p")
        assert said == "rows.csv:1: the column 'Labels' stands there 2 times; keep one"


class TestFolder:
    def put(self, folder: Path, name: str, text: str, at: datetime) -> None:
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (at.timestamp(), at.timestamp()))

    def test_exports_are_read_together_and_as_of_the_newest(self, tmp_path: Path) -> None:
        drop = tmp_path / "drop"
        drop.mkdir()
        newest = datetime(2026, 3, 26, 6, tzinfo=UTC)
        self.put(drop, "b.CSV", "email,day\na@x.example,2026-03-02\n", newest)
        self.put(drop, "a.csv", "email,day\nb@x.example,2026-03-01\n", NOW.replace(day=20))
        self.put(drop, ".c.csv", "broken", NOW)
        self.put(drop, "c.csv.part", "broken", NOW)
        self.put(drop, "~$c.csv", "broken", NOW)
        sheet = CsvEvidence("activity", CsvTable(folder="drop"), tmp_path).read(NOW)
        assert sorted(sheet.frame["email"]) == ["a@x.example", "b@x.example"]
        assert sheet.as_of == newest

    def test_a_later_export_replaces_what_an_earlier_one_said(self, tmp_path: Path) -> None:
        header = "id,email,opened,closed\n"
        old = "1,,2026-03-01,\n2,,2026-03-01,\n"
        new = "1,,2026-03-01,2026-03-03\n3,,2026-03-02,\n"
        self.put(tmp_path, "z.csv", header + old, NOW.replace(day=1))
        self.put(tmp_path, "a.csv", header + new, NOW.replace(day=3))
        frame = CsvEvidence("tickets", CsvTable(folder="."), tmp_path).read(NOW).frame
        told = sorted(zip(frame["id"], frame["closed"], strict=True))
        assert told == [("1", date(2026, 3, 3)), ("2", None), ("3", None)]

    @pytest.mark.parametrize(
        "spec", [{"folder": "empty"}, {"folder": "missing"}, {"file": "missing.csv"}]
    )
    def test_nothing_delivered_was_never_heard(self, tmp_path: Path, spec: dict[str, str]) -> None:
        (tmp_path / "empty").mkdir()
        sheet = CsvEvidence("answers", CsvTable.model_validate(spec), tmp_path).read(NOW)
        assert (len(sheet.frame), sheet.as_of) == (0, None)
        none = NoEvidence("answers").read(NOW)
        assert (list(none.frame), none.as_of) == (list(sheet.frame), None)

    def test_a_file_without_rows_was_heard(self, tmp_path: Path) -> None:
        sheet = read(tmp_path, "activity", "email,day\n")
        assert len(sheet.frame) == 0
        assert sheet.as_of is not None


class TestCells:
    @pytest.mark.parametrize(
        ("table", "text", "said"),
        [
            (
                "activity",
                "email,day\na@x.example,yesterday\n",
                "day: 'yesterday' is not a date like",
            ),
            ("activity", "email,day\na@x.example,20260302\n", "day: '20260302' is not a date like"),
            ("activity", "email,day\na@x.example,2026-02-30\n", "day: '2026-02-30' is not a date"),
            ("activity", "email,day\n3f9a0b,2026-03-02\n", "email: '3f9a0b' is no e-mail address"),
            (
                "activity",
                "email,day\na@@x.example,2026-03-02\n",
                "email: '(an address)' is no e-mail",
            ),
            ("answers", "id,at,nps\n1,2026-03-02,ten\n", "nps: 'ten' is no number; write it like"),
            ("answers", "id,at,nps\n1,,9\n", "at: must not be empty"),
            ("answers", "id,at,nps\n,2026-03-02,9\n", "id: must not be empty"),
            (
                "attendance",
                "email,training,day,attended\na@x.example,group,2026-03-02,perhaps\n",
                "attended: 'perhaps' is neither yes nor no",
            ),
        ],
    )
    def test_a_bad_cell_is_told_with_line_and_column(
        self, tmp_path: Path, table: TableName, text: str, said: str
    ) -> None:
        header, rest = text.split("\n", 1)
        assert wrong(tmp_path, table, f"{header}\n\n{rest}").startswith(f"rows.csv:3: {said}")

    def test_a_date_of_another_form_names_the_plans(self, tmp_path: Path) -> None:
        said = wrong(tmp_path, "activity", "email,day\na@x.example,2026-03-02\n", dates="%d-%m-%Y")
        assert said == "rows.csv:2: day: '2026-03-02' is not the plan's `dates: %d-%m-%Y`"

    def test_moments_of_any_zone_are_utc(self, tmp_path: Path) -> None:
        text = "id,at\n1,2026-03-02T10:00:00-03:00\n2,2026-03-02 10:00\n3,2026-03-02T10:00:00Z\n"
        hours = [at.hour for at in read(tmp_path, "answers", text).frame["at"]]
        assert hours == [13, 10, 10]

    def test_not_utf_8_is_told_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "rows.csv").write_bytes("id,at,comment\n1,2026-03-02,né\n".encode("cp1252"))
        with pytest.raises(Misconfigured, match=r"rows\.csv:2: not utf-8"):
            CsvEvidence("answers", CsvTable(file="rows.csv"), tmp_path).read(NOW)


class TestPlan:
    def test_it_maps_what_we_know(self, tmp_path: Path) -> None:
        spec = CsvTable(file="a.csv", columns={"dya": "Day"})
        with pytest.raises(Misconfigured, match="activity: `columns` names 'dya'; we know email"):
            CsvEvidence("activity", spec, tmp_path)
