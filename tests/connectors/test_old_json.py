"""A service that gives JSON in pages, as an old system: against a real one on loopback."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import bagit
import pytest
from frictionless import Package
from pydantic import TypeAdapter

from archive.freshness import changed_since
from archive.restore import restore
from archive.verify import verify
from config.old_sources import JsonSource
from config.plan import Question
from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.json_pages import TRIES
from connectors.old_json import OldJson
from tests.archive.sources import archived
from tests.archive.test_round_trip import cells
from tests.connectors.paged_service import TOKEN, Service, serving

WAYS: dict[str, dict[str, Any]] = {
    "numbered": {"page": {"by": "number"}},
    "cursor": {"page": {"by": "cursor", "parameter": "after", "next": "/meta/next"}},
    "link": {"page": {"by": "link", "next": "/meta/link"}},
    "header": {"page": {"by": "link"}, "rows": "", "total": None, "total_header": "X-Total-Count"},
}
QUESTIONS = (Question(ask="How many are open?", sql="select count(*) from orders where open = 1"),)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        service.tables["orders"] = [
            {"id": n, "name": f"Klant {n} é", "open": n % 2 == 0, "note": None if n % 3 else ""}
            for n in range(25)
        ]
        yield service


def table(kind: str, name: str = "orders") -> dict[str, Any]:
    usual = {"path": f"/{kind}/{name}", "rows": "/data/items", "total": "/meta/total"}
    return {**usual, **WAYS[kind]}


def source(
    service: Service, kind: str = "numbered", token: str = TOKEN, waits: list[float] | None = None
) -> OldJson:
    said = {"kind": "json", "url": service.url, "tables": {"orders": table(kind)}}
    spec = TypeAdapter(JsonSource).validate_python(said)
    return OldJson(spec, spec.url, token, (waits if waits is not None else []).append)


@pytest.mark.parametrize("kind", [*WAYS])
def test_every_row_of_every_page_is_archived(service: Service, tmp_path: Path, kind: str) -> None:
    old = source(service, kind)
    made = archived(old, tmp_path / "archive", *QUESTIONS)
    assert verify(tmp_path / "archive").holds
    (orders,) = made.tables
    assert orders.digest.rows == 25
    assert {c.name: c.type.value for c in orders.table.columns} == {
        "id": "integer", "name": "text", "open": "boolean", "note": "text",
    }  # fmt: skip
    assert cells(tmp_path / "archive", "orders")[1] == ["1", "Klant 1 é", "false", None]
    assert made.answers[0].answer == "13"
    assert restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}").equal
    with (tmp_path / "archive/data/files.csv").open(encoding="utf-8", newline="") as lines:
        pages = [*csv.DictReader(lines)]
    assert [page["path"] for page in pages] == [f"orders/page-{n:06d}.json" for n in (1, 2, 3)]
    assert "Klant 24" in json.dumps(
        json.loads((tmp_path / "archive/data" / pages[2]["file"]).read_bytes()), ensure_ascii=False
    )
    bagit.Bag(str(tmp_path / "archive")).validate()
    found = Package(str(tmp_path / "archive/data/datapackage.json")).validate()
    assert found.valid, found.flatten(["type", "note"])


def test_values_keep_the_digits_they_were_written_with(service: Service, tmp_path: Path) -> None:
    first = '{"id":"a","price":12.50,"rate":1e2,"big":123456789012345678901,"mixed":1,"no":null'
    rows = (
        first + ',"deep":{"b":[1.10,null,"é \\ud83d\\ude42"],"a":true}}',
        '{"id":"b","price":3,"rate":-0.0,"big":-1,"mixed":"1","no":null}',
        '{"id":"c","late":"\\\\N","price":null}',
    )
    service.raw["/numbered/orders?page=1"] = (
        f'{{"data":{{"items":[{",".join(rows)}]}},"meta":{{"total":3}}}}'.encode()
    )
    made = archived(source(service), tmp_path / "archive")
    types = {c.name: c.type.value for c in made.tables[0].table.columns}
    assert types == {
        "id": "text", "price": "decimal", "rate": "json", "big": "decimal", "mixed": "json",
        "no": "text", "deep": "json", "late": "text",
    }  # fmt: skip
    assert cells(tmp_path / "archive", "orders") == [
        ["a", "12.50", "1e2", "123456789012345678901", "1", None,
         '{"b":[1.10,null,"é 🙂"],"a":true}', None],
        ["b", "3", "-0.0", "-1", '"1"', None, None, None],
        ["c", None, None, None, None, None, None, r"\N"],
    ]  # fmt: skip
    assert restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}").equal


def test_a_page_is_asked_for_until_it_comes(service: Service, tmp_path: Path) -> None:
    waits: list[float] = []
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    service.trouble = [
        *((503, {}), (429, {"Retry-After": "7"}), (0, {}), (503, {"Retry-After": later})),
    ]
    archived(source(service, waits=waits), tmp_path / "archive")
    assert waits[:3] == [1.0, 7.0, 4.0]
    assert 90 < waits[3] <= 100
    assert verify(tmp_path / "archive").rows == 25


@pytest.mark.parametrize(
    "trouble", [[(503, {})] * TRIES, [(503, {"Retry-After": "86400"})], [(0, {})] * TRIES]
)
def test_a_service_that_stays_away_is_unreachable(
    service: Service, tmp_path: Path, trouble: list[tuple[int, dict[str, str]]]
) -> None:
    service.trouble = list(trouble)
    waits: list[float] = []
    with pytest.raises(Unreachable, match=r"table orders: .* try again later$"):
        archived(source(service, waits=waits), tmp_path / "archive")
    assert len(waits) == len(trouble) - 1
    assert [*tmp_path.iterdir()] == []


def _grows(service: Service, number: int) -> None:
    if number == 3:
        service.tables["orders"].append({"id": 25})


def _moves(service: Service, number: int) -> None:
    if number == 3:
        service.tables["orders"].insert(0, service.tables["orders"].pop())


def _vanishes(service: Service, number: int) -> None:
    if number == 3:
        service.tables["orders"] = service.tables["orders"][:12]
        service.lie = 13


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (_grows, "stated 25 rows and then 26: somebody writes to it"),
        (_moves, "a row came twice"),
        (_vanishes, "it stated 25 rows, and 12 came"),
    ],
)
@pytest.mark.parametrize("kind", ["numbered", "cursor"])
def test_what_changes_between_two_pages_is_refused(
    service: Service, tmp_path: Path, meddle: Callable[[Service, int], None], said: str, kind: str
) -> None:
    service.before = meddle
    with pytest.raises(Refused, match=said):
        archived(source(service, kind), tmp_path / "archive")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("lie", [1, -1])
@pytest.mark.parametrize("kind", [*WAYS])
def test_other_rows_than_were_stated_are_refused(
    service: Service, tmp_path: Path, kind: str, lie: int
) -> None:
    service.lie = lie
    if (kind, lie) == ("numbered", -1):
        service.tables[
            "orders"
        ].pop()  # else the last page is not asked for, and 25 came all the same
        service.lie = -5
    with pytest.raises(Refused, match="it stated"):
        archived(source(service, kind), tmp_path / "archive")


def test_pages_that_go_in_a_circle_are_refused(service: Service, tmp_path: Path) -> None:
    rows = [{"id": n} for n in range(10)]
    body = {"data": {"items": rows}, "meta": {"total": 99, "next": "10"}}
    service.raw["/cursor/orders?after=10"] = json.dumps(
        {**body, "data": {"items": [{"id": n} for n in range(10, 20)]}}
    ).encode()
    service.raw["/cursor/orders"] = json.dumps(body).encode()
    with pytest.raises(Refused, match="circle"):
        archived(source(service, "cursor"), tmp_path / "archive")


@pytest.mark.parametrize("kind", ["link", "header"])
def test_the_token_goes_to_no_other_address(service: Service, tmp_path: Path, kind: str) -> None:
    with serving() as other:
        other.tables = service.tables
        service.elsewhere = other.url
        with pytest.raises(Refused, match="another address"):
            archived(source(service, kind), tmp_path / "archive")
        assert other.asked == []


def test_a_token_that_is_not_taken_is_told_without_it(service: Service) -> None:
    with pytest.raises(Misconfigured, match="renew the secret") as told:
        source(service, token="wrong-geheim").schema_hash()
    assert "wrong-geheim" not in str(told.value)
    assert TOKEN not in repr(source(service))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "is no JSON"),
        (b'{"data":{"items":[]}}', "no number of rows at /meta/total"),
        (b'{"meta":{"total":1}}', "no list of objects at /data/items"),
        (b'{"data":{"items":[{"name":"a"}]},"meta":{"total":1}}', "nothing at /id"),
        (b'{"data":{"items":[{"id":1,"id":2}]},"meta":{"total":1}}', "a key stands twice"),
        (b'{"data":{"items":[{"id":NaN}]},"meta":{"total":1}}', "NaN is no number"),
    ],
)
def test_an_answer_that_is_not_as_the_plan_says_is_told(
    service: Service, tmp_path: Path, body: bytes, said: str
) -> None:
    service.raw["/numbered/orders?page=1"] = body
    with pytest.raises(Misconfigured, match=said):
        archived(source(service), tmp_path / "archive")


def test_a_write_after_the_archive_makes_it_stale(service: Service, tmp_path: Path) -> None:
    old = source(service)
    made = archived(old, tmp_path / "archive")
    assert changed_since(old, made) == ()
    service.tables["orders"][24]["name"] = "somebody else"
    assert changed_since(old, made) == ("orders",)


def test_it_knows_which_service_it_is(service: Service) -> None:
    assert source(service).fingerprint() == source(service).fingerprint()
    assert source(service).fingerprint() != source(service, "cursor").fingerprint()
    assert TOKEN not in source(service).fingerprint()
    service.trouble = [(503, {})] * TRIES
    with pytest.raises(Unreachable):
        source(service).fingerprint()


@pytest.mark.parametrize("url", ["ftp://a.sr", "http://ann:geheim@a.sr", "crm"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    said = {"kind": "json", "url": url, "tables": {"orders": table("numbered")}}
    spec = TypeAdapter(JsonSource).validate_python(said)
    with pytest.raises(Misconfigured) as told:
        OldJson(spec, url, None)
    assert "geheim" not in str(told.value)


def test_a_table_must_say_its_total() -> None:
    with pytest.raises(ValueError, match="total or total_header"):
        TypeAdapter(JsonSource).validate_python(
            {
                "kind": "json",
                "url": "http://a",
                "tables": {"a": {"path": "/", "page": {"by": "link"}}},
            }
        )
