from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from gates.frames import COLUMNS, table
from tests.gates.cohort import active, at, decision, frames, having, key, person


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_without_rows_has_its_columns_and_types(name: str) -> None:
    empty = table(name)
    assert list(empty.columns) == list(COLUMNS[name])
    assert having(frames(), **{name: empty}) is not None


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("activity", pd.DataFrame({"person": ["p"]}), "needs exactly person, day"),
        ("activity", pd.DataFrame({"person": ["p"], "day": ["2026-03-16"]}), "activity.day must"),
        ("activity", pd.DataFrame({"person": [1], "day": pd.to_datetime(["2026-03-16"])}), "text"),
        (
            "activity",
            pd.DataFrame({"person": ["p"], "day": pd.to_datetime(["2026-03-16 07:00"])}),
            "midnight",
        ),
        (
            "activity",
            pd.DataFrame({"person": ["p"], "day": pd.to_datetime(["2026-03-16"], utc=True)}),
            "without a zone",
        ),
        ("answers", table("answers").assign(nps=True), "answers.nps must hold numbers"),
        ("answers", table("answers").assign(at=pd.to_datetime([])), "in UTC"),
        ("people", table("people").assign(invited=pd.Series([], dtype=object)), "true or false"),
        ("tickets", table("tickets").assign(more=1), "needs exactly"),
    ],
)
def test_a_table_of_another_shape_is_refused(name: str, wrong: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        having(frames(), **{name: wrong})


@pytest.mark.parametrize(
    "rows", [[person(1), person(1)], [person(1), {**person(2), "person": None}]]
)
def test_a_person_stands_in_the_cohort_once(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="key of their own"):
        frames(people=rows)


def test_a_row_that_cannot_be_read_is_refused_with_its_table() -> None:
    with pytest.raises(ValueError, match=r"attendance: column attended must be true or false"):
        table("attendance", [{"person": "p", "day": date(2026, 3, 16), "attended": None}])
    with pytest.raises(ValueError, match="activity:"):
        table("activity", [{"person": "p", "day": "soon"}])


def test_ages_are_of_tables_there_are_and_have_a_zone() -> None:
    with pytest.raises(ValueError, match="'logins' is no table"):
        having(frames(), as_of={"logins": at(1)})
    with pytest.raises(ValueError, match="'logins' is no table"):
        having(frames(), fresh={"logins": timedelta(1)})
    with pytest.raises(ValueError, match="no time zone"):
        having(frames(), as_of={"activity": datetime(2026, 3, 16)})  # noqa: DTZ001


def test_keys_may_be_categories_or_plain_objects() -> None:
    plain = frames(activity=[*active(1, [1, 2, 3]), *active(99, [1])])
    wanted = decision(evidence=plain)
    for dtype in ("category", object):
        sheet = plain.activity.assign(person=plain.activity["person"].astype(dtype))
        assert decision(evidence=having(plain, activity=sheet)) == wanted


def test_somebody_missing_among_categories_is_nobody() -> None:
    people = pd.Categorical.from_codes([0, -1], categories=pd.Index([key(1)], dtype="str"))
    sheet = pd.DataFrame({"person": people, "day": pd.to_datetime(["2026-03-16", "2026-03-17"])})
    found = decision(evidence=having(frames(), activity=sheet))
    assert "1 row without person" in found.verdict.headline
