"""Steps in little room are the mapping they would be in a dictionary."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from rollout.fates import Fates, persons_with
from rollout.steps import StepNow, StepState

AT = datetime(2026, 3, 2, tzinfo=UTC)
FATES = [StepNow(StepState.DONE, AT), StepNow(StepState.REFUSED, AT, "550"), StepNow("x", AT)]  # type: ignore[arg-type] # any will do
PARTS = [["notice.welcome", "account.create", "a"], ["first", "second"], ["1", "2"], ["-", "w1:2"]]
PERSONS = ["p00001", "p00042", "p123456", "p1", "p-0001", "-", "a12ef", "", "p²", "p\u0660\u0661"]

KEYS = st.one_of(
    st.tuples(
        st.sampled_from(PARTS[0]),
        st.sampled_from(PARTS[1]),
        st.sampled_from(PERSONS),
        st.sampled_from(PARTS[2]),
        st.sampled_from(PARTS[3]),
    ).map(":".join),
    st.sampled_from(["", "odd", "a:b:c", "a:b:p00001:1"]),
)


@given(st.dictionaries(KEYS, st.sampled_from(FATES)), KEYS)
def test_it_is_the_mapping_it_was_made_of(steps: dict[str, StepNow], asked: str) -> None:
    found = Fates(steps.items())
    assert found == steps
    assert len(found) == len(steps)
    assert set(found) == set(steps)
    assert found.get(asked) == steps.get(asked)
    assert (asked in found) == (asked in steps)
    for kind in PARTS[0]:
        wanted = persons_with(steps, kind, "first")
        assert persons_with(found, kind, "first") == {
            p for p in wanted if p[:1] == "p" and p in NUMBERED
        }


NUMBERED = {"p00001", "p00042", "p123456"}


def test_of_a_key_given_twice_the_later_counts() -> None:
    key = "notice.welcome:first:p00001:1:-"
    found = Fates([(key, FATES[0]), (key, FATES[1])])
    assert found[key] == FATES[1]
    assert len(found) == 1
