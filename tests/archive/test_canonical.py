from hypothesis import given
from hypothesis import strategies as st

from archive.canonical import row_bytes, type_letters
from archive.schema import Logical

free_types = [Logical.TEXT, Logical.INTEGER, Logical.BLOB, Logical.VARIANT]
cells = st.one_of(
    st.none(),
    st.text(),
    st.text("\x1f,.0a"),
    st.sampled_from(["", "12", "0", "\0", "\\N", "\x1f0", "\x1f,", "\x1f", "é", "e\u0301"]),
)
typed_rows = st.lists(st.tuples(st.sampled_from(free_types), cells), min_size=1, max_size=6)


def encoded(row: list[tuple[Logical, str | None]]) -> bytes:
    types = [logical for logical, _ in row]
    return next(row_bytes(types, [[value] for _, value in row]))


@given(typed_rows, typed_rows)
def test_two_rows_have_the_same_bytes_only_if_they_are_the_same(
    one: list[tuple[Logical, str | None]], other: list[tuple[Logical, str | None]]
) -> None:
    assert (encoded(one) == encoded(other)) == (one == other)


@given(typed_rows)
def test_a_rows_bytes_can_be_taken_apart_again(row: list[tuple[Logical, str | None]]) -> None:
    letters, *found = encoded(row).decode().split("\x1f,")
    assert letters == "".join(type_letters[kind] for kind, _ in row)
    values = [None if cell == "\x1f0" else cell.replace("\x1f.", "\x1f") for cell in found]
    assert values == [value for _, value in row]


def test_values_beside_a_null_are_guarded_too() -> None:
    # A column is changed as a whole only where one of its values needs it.
    columns = [["a\x1f,b", None, "c"]]
    assert [*row_bytes([Logical.TEXT], columns)] == [
        b"t\x1f,a\x1f.,b",
        b"t\x1f,\x1f0",
        b"t\x1f,c",
    ]


def test_the_same_moment_written_in_two_ways_is_the_same() -> None:
    for logical, one, other in [
        (Logical.TIMESTAMP, "2026-03-31 10:00:00", "2026-03-31T10:00:00.000"),
        (Logical.TIMESTAMP, "2026-03-31 10:00:00.25", "2026-03-31 10:00:00.250000"),
        (Logical.TIMESTAMPTZ, "2026-03-31 10:00:00Z", "2026-03-31 10:00:00.0Z"),
        (Logical.TIME, "10:00:00.5", "10:00:00.500"),
    ]:
        assert encoded([(logical, one)]) == encoded([(logical, other)])


def test_other_moments_are_others() -> None:
    moments = ["2026-03-31 10:00:00", "2026-03-31 10:00:00.1", "2026-03-31 10:00:00.01",
               "2026-03-31 10:00:10", "2026-03-31 10:00:01"]  # fmt: skip
    assert len({encoded([(Logical.TIMESTAMP, each)]) for each in moments}) == len(moments)
