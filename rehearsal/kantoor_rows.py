"""What stands in Kantoor: rows made by seeded chance, nasty where real systems are.

`fill` gives rows by table, in an order in which every reference finds its row.
"""

import random
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

Value = str | int | float | bytes | None
Rows = dict[str, list[tuple[Value, ...]]]
"""Rows by table, each with a value for every column."""

HISTORY_BEGINS = date(2012, 4, 2)
HISTORY_ENDS = date(2026, 1, 30)
"""The last day of its history, before any rehearsal begins."""

CUSTOMERS, CONTACTS, PRODUCTS, ORDERS, ATTACHMENTS, NOTES = 2_400, 3_900, 480, 8_900, 600, 1_600
_FOREVER = "9999-12-31"

_GIVEN = (
    *("Anjali", "Soerin", "Mei-Lan", "Kwame", "Renuka", "Gilberto", "Xiomara", "Noëlle", "José"),
    *("Señorita", "Chandrika", "Wim", "Désirée", "Ruthmila", "Akouba", "Joël", "Shanti", "Dónovan"),
)
_FAMILY = (
    *("Ramdin", "van 't Hooft", "O'Brien", "de Freitas", "Kromosoeto", "Wijngaarde", "Croes"),
    *("St. Hilaire", "Lie A Fat", "Ôdber", "Martínez Ñuñez", "Pinas", "Amatmoestar", "Güiro"),
)
_FIRMS = (
    *("Handelshuis", "Winkel", "Toko", "Supermercado", "Houthandel", "Marine Supplies", "Bakkerij"),
    *("Reparashon di Outo", "Wroko Oso", "Drogisterij", "Rice Mill", "Hardware & Paint"),
)
_CITIES = (
    *("Paramaribo", "Nickerie", "Port of Spain", "San Fernando", "Bridgetown", "Willemstad"),
    *("Oranjestad", "Moengo", "Saint-Laurent-du-Maroni", "", None),
)
_THINGS = ("Kruk", "Verf", "Schroef", "Rijst", "Kabel", "Lampu", "Klei", "Buis", "Pomp", "Filter")
NASTY = (
    "\\N",
    "",
    "NULL",
    "NA",
    "a 'single' and a \"double\" quote",
    "first line\nsecond line\r\nthird, after a carriage return",
    "tab\there; semicolon; comma, pipe |",
    "  spaces before and after  ",
    '=HYPERLINK("http://example.invalid","click")',
    "Bon dia, kon ta bai? Mi ta bon, danki 🌴",
    "Fa waka? Mi de, gran tangi fu yu",
    "👩🏽‍💻 and 🇸🇷 and 🇹🇹",
    "שלום ליד english ومرحبا",
    "100 % \\ back\\slash \\\\ {brace} $1 `tick`",
    "no-break\u00a0space, zero\u200bwidth",
    unicodedata.normalize("NFC", "Curaçao, café, Noëlle"),
    unicodedata.normalize("NFD", "Curaçao, café, Noëlle"),
    "€ 1.234,56 ± ½ – “quoted” …",  # noqa: RUF001 - a dash people type
)
"""Texts that break careless exports; each stands in a note and among references."""


def fill(users: Sequence[str], seed: int) -> Rows:
    """Make the rows of every table but `app_user`, whose ids count from 1 in the order given."""
    if not users:
        raise ValueError("Kantoor needs at least one user to have entered its orders")
    chance = random.Random(f"kantoor {seed}")
    rows = first_day() | {"customer": _customers(chance, len(users))}
    rows["contact"] = _contacts(chance)
    rows["product"] = _products(chance)
    rows["price"] = _prices(chance)
    rows["sales_order"], rows["order_line"] = _orders(chance, len(users))
    rows["invoice"], rows["payment"] = _invoices(chance, rows["sales_order"], rows["order_line"])
    rows["attachment"] = _attachments(chance)
    rows["note"] = _notes(chance, len(users))
    return rows


def first_day() -> Rows:
    """Give what stands there before anybody has entered anything."""
    prices: list[tuple[Value, ...]] = [(1, "Suriname", "SRD", 1), (2, "Trinidad", "TTD", 5.234567)]
    return {"setting": _settings(), "price_list": [*prices, (3, "Barbados", "BBD", None)]}


def _settings() -> list[tuple[Value, ...]]:
    return [
        ("read_only", "0"),
        ("service", "on"),
        ("company", "Acme Trading N.V."),
        ("currency", "SRD"),
        ("version", "7.4.1"),
        ("footer", "Tot uw dienst — na bun wroko!"),
        ("null_marker", "\\N"),
        ("empty", ""),
    ]


def _customers(chance: random.Random, users: int) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for id_ in range(1, CUSTOMERS + 1):
        limit = chance.choice([None, 0, chance.randrange(1, 9_999_999) / 100, 1e9 + 0.01])
        parent = chance.randrange(1, id_) if id_ > 1 and chance.random() < 0.1 else None
        rows.append(
            (
                id_,
                f"K{id_:06d}",
                f"{chance.choice(_FIRMS)} {chance.choice(_FAMILY)}",
                chance.choice(_CITIES),
                chance.choice(["SR", "SR", "TT", "BB", "CW", "NA"]),
                limit,
                int(id_ == 1 or chance.random() < 0.8),
                _day(chance).isoformat() if chance.random() < 0.9 else None,
                # Past 2**53, where a number that passes through a float comes back another.
                9_007_199_254_740_993 + id_ if chance.random() < 0.7 else None,
                parent,
                chance.randint(1, users) if chance.random() < 0.8 else None,
            )
        )
    return rows


def _contacts(chance: random.Random) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for id_ in range(1, CONTACTS + 1):
        given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
        name = unicodedata.normalize(chance.choice(["NFC", "NFC", "NFD"]), f"{given} {family}")
        rows.append(
            (
                id_,
                chance.randint(1, CUSTOMERS),
                name,
                chance.choice([None, "", f"contact{id_}@customer.example"]),
                chance.choice([None, f"+597{chance.randrange(400_000, 899_999)}", "0012 34"]),
                date(1940 + id_ % 65, 1 + id_ % 12, 1 + id_ % 28).isoformat() if id_ % 3 else None,
                chance.choice([None, 0, 1]),
                chance.choice(NASTY) if chance.random() < 0.05 else None,
            )
        )
    return rows


def _products(chance: random.Random) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for id_ in range(1, PRODUCTS + 1):
        weight = chance.choice([None, chance.randrange(1, 99_999) / 1000])
        picture = chance.choice([None, b"", chance.randbytes(chance.randrange(40, 400))])
        name = f"{chance.choice(_THINGS)} {chance.choice(['⌀', 'nº', '#', '½″'])}{id_}"
        rows.append((id_, f"{id_:05d}-{id_ % 7}", name, weight, int(id_ % 11 == 0), picture))
    return rows


def _prices(chance: random.Random) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for product in range(1, PRODUCTS + 1):
        for price_list in (1, 2, 3):
            amount = chance.randrange(50, 5_000_000) / 10_000
            rows.append((price_list, product, "2012-01-01", "2019-12-31", amount))
            if chance.random() < 0.5:
                later = round(amount * 1.175, 4)
                rows.append((price_list, product, "2020-01-01", _FOREVER, later))
    return rows


def _orders(
    chance: random.Random, users: int
) -> tuple[list[tuple[Value, ...]], list[tuple[Value, ...]]]:
    orders: list[tuple[Value, ...]] = []
    lines: list[tuple[Value, ...]] = []
    moments = sorted(_moment(chance) for _ in range(ORDERS))
    for id_, at in enumerate(moments, start=1):
        is_open = id_ > ORDERS - 400 and chance.random() < 0.6
        closed = None if is_open else at + timedelta(hours=chance.randint(1, 400))
        orders.append(
            (
                id_,
                f"SO-{id_:06d}",
                chance.randint(1, CUSTOMERS),
                chance.randint(1, CONTACTS) if chance.random() < 0.6 else None,
                chance.randint(1, users),
                at.isoformat(" ", "microseconds" if id_ % 5 == 0 else "seconds"),
                closed.isoformat(" ") if closed else None,
                chance.choice(["SRD", "SRD", "TTD", "BBD"]),
                NASTY[id_ // 40 % len(NASTY)]
                if id_ % 40 == 0
                else chance.choice([None, "", f"PO {id_}"]),
            )
        )
        for line in range(1, chance.randint(1, 5) + 1):
            quantity = chance.choice([1, 2, 10, 0.125, chance.randrange(1, 99_999) / 1000])
            price = chance.randrange(50, 5_000_000) / 10_000
            discount = chance.choice([None, None, 0, 0.1, 1 / 3])
            lines.append((id_, line, chance.randint(1, PRODUCTS), quantity, price, discount))
    return orders, lines


def _invoices(
    chance: random.Random,
    orders: list[tuple[Value, ...]],
    lines: list[tuple[Value, ...]],
) -> tuple[list[tuple[Value, ...]], list[tuple[Value, ...]]]:
    totals: dict[Value, float] = {}
    for of_order, _, _, quantity, price, discount in lines:
        net = float(quantity or 0) * float(price or 0) * (1 - float(discount or 0))
        totals[of_order] = totals.get(of_order, 0.0) + net
    invoices: list[tuple[Value, ...]] = []
    payments: list[tuple[Value, ...]] = []
    for order in orders:
        if order[6] is None:
            continue
        id_, total = len(invoices) + 1, round(totals[order[0]], 2)
        issued = date.fromisoformat(str(order[6])[:10])
        paid = chance.choice([1, 1, 1, 1, 1, 1, 1, 1, 0, None])
        due = chance.choice([None, (issued + timedelta(days=30)).isoformat()])
        invoices.append((id_, f"F{id_:07d}", order[0], issued.isoformat(), due, total, paid))
        if paid:
            at = datetime.combine(issued, time(9, 30)) + timedelta(
                minutes=chance.randint(0, 60_000)
            )
            way = chance.choice([None, "", "kas", "bank", "cheque № 12", "overmaking\tSRD"])
            payments.append((len(payments) + 1, id_, at.isoformat(" "), total, way))
    return invoices, payments


def _attachments(chance: random.Random) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for id_ in range(1, ATTACHMENTS + 1):
        content = chance.choice([chance.randbytes(chance.randrange(200, 4_000)), b"\x00\xff\r\n"])
        content_or_none = {0: None, 1: b""}.get(id_ % 50, content)
        name = chance.choice([f"scan {id_}.pdf", f"foto's/{id_}.jpg", f"offerte_ñ_{id_}.txt"])
        kind = chance.choice([None, "application/pdf", "image/jpeg"])
        rows.append((id_, chance.randint(1, ORDERS), name, kind, content_or_none))
    return rows


def _notes(chance: random.Random, users: int) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for id_ in range(1, NOTES + 1):
        body = (
            NASTY[id_ // 4 % len(NASTY)] if id_ % 4 == 0 else f"Gebeld met {chance.choice(_GIVEN)}."
        )
        whom = chance.choice([None, chance.randint(1, CUSTOMERS)])
        by = chance.choice([None, chance.randint(1, users)])
        rows.append((id_, whom, by, _moment(chance).isoformat(" "), body))
    return rows


def _day(chance: random.Random) -> date:
    return HISTORY_BEGINS + timedelta(days=chance.randint(0, (HISTORY_ENDS - HISTORY_BEGINS).days))


def _moment(chance: random.Random) -> datetime:
    at = time(chance.randint(7, 17), chance.randint(0, 59), chance.randint(0, 59))
    return datetime.combine(_day(chance), at)
