"""What every kind of directory keeps."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from config.names import Language
from config.organisation import Site
from config.outside import CsvPeople
from connectors.csv_people import CsvDirectory
from connectors.errors import Misconfigured
from connectors.memory import MemoryDirectory
from connectors.ports import Directory
from rollout.people import Entry

SITES = {"paramaribo": Site(zone="America/Paramaribo"), "bridgetown": Site(zone="America/Barbados")}

ANA = Entry("E1", "ana@acme.example", "Ana", "Null", "paramaribo", "ICT", Language.NL)
BO = Entry(
    identity="E2",
    email="bo@acme.example",
    given="Bo",
    family="D'Hoore",
    site="bridgetown",
    department="NA",
    language=Language.EN,
    pilot=True,
    volunteer=True,
    usage=12.5,
    manager="ana@acme.example",
    active=False,
)

Make = Callable[[Sequence[Entry]], Directory]


@pytest.fixture(params=["memory", "csv"])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    if request.param == "memory":
        return MemoryDirectory

    def write(entries: Sequence[Entry]) -> Directory:
        names = [*Entry.__dataclass_fields__][:-1]
        with (tmp_path / "people.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*names, "status"])
            for entry in entries:
                values = [getattr(entry, name) for name in names]
                writer.writerow([*values, "active" if entry.active else "suspended"])
        return CsvDirectory([CsvPeople(file="people.csv")], tmp_path, SITES)

    return write


def test_everybody_is_given_once_in_order_with_all_that_is_known(directory: Make) -> None:
    assert directory([ANA, BO]).read() == [ANA, BO]
    assert directory([BO, ANA]).read() == [BO, ANA]


def test_two_rows_that_claim_one_address_are_refused(directory: Make) -> None:
    with pytest.raises(Misconfigured, match=r"the same (address|email)") as refused:
        directory([ANA, BO, replace(ANA, identity="E3")]).read()
    assert "ana@" not in str(refused.value)


def test_two_people_with_one_identity_are_refused(directory: Make) -> None:
    with pytest.raises(Misconfigured, match="the same identity"):
        directory([ANA, replace(BO, identity="E1")]).read()
