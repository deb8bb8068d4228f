"""Where a random part of a phase was asked, answers are theirs, and counted of them."""

from typing import Any

from config.criteria import Gate, Nps, Satisfaction
from config.names import Metric
from gates.findings import Finding, State
from gates.frames import Frames
from gates.judging import judge
from gates.measuring import measure
from gates.readings import NpsReading, SatisfactionReading
from gates.sample import satisfaction_sample
from gates.surveys import lacking
from tests.gates.cohort import FULL, Row, answer, asked, at, frames, key, moment, person

SIZE = 120
HALF = [*(asked(n, 5) for n in range(1, 31)), *(asked(n, 9) for n in range(31, 61))]


def read(rows: list[Row], who: list[Row] = HALF, day: int = 12, **fields: Any) -> Any:  # noqa: ANN401
    criterion = Satisfaction(**fields)
    evidence = frames(SIZE, day, answers=rows, asked=who)
    return measure(evidence, Gate(satisfaction=criterion), moment(day))[Metric.SATISFACTION]


def found(reading: SatisfactionReading, day: int = 12, **fields: Any) -> Finding:  # noqa: ANN401
    return judge(Metric.SATISFACTION, Satisfaction(**fields), reading, moment(day))


def test_answers_are_counted_of_those_asked() -> None:
    reading = read([answer(n, 8, day=10) for n in range(1, 25)])
    assert (reading.cohort, reading.asked, reading.answered) == (SIZE, 60, 24)
    assert found(reading).state is State.MET
    one_less = read([answer(n, 8, day=10) for n in range(1, 24)])
    assert found(one_less).state is State.UNDECIDED
    assert found(one_less).reason == "23 answers of 60 people asked; 24 needed"
    assert found(reading, answers_at_least=25).state is State.UNDECIDED


def test_who_was_not_asked_and_writes_all_the_same_is_no_random_part() -> None:
    rows = [*(answer(n, 6, day=10) for n in range(1, 31)), *(answer(n, 10) for n in range(61, 99))]
    assert read(rows).answered == 30
    assert found(read(rows)).state is State.MISSED


def test_an_answer_counts_from_the_day_its_person_was_asked() -> None:
    assert read([answer(31, 8, day=8)]).answered == 0
    assert read([answer(31, 8, day=9)]).answered == 1
    # The mail's clock and the survey's need not agree to the hour.
    later: list[Row] = [{"person": key(31), "at": at(9, 14)}]
    assert read([answer(31, 8, day=9)], who=later).answered == 1
    # Whoever was asked this morning has not had the time to answer.
    today = read([answer(31, 8, day=8)], day=9)
    assert (today.asked, today.answered) == (30, 0)


def test_in_a_window_those_asked_in_it_are_counted() -> None:
    rows = [answer(n, 8, day=10) for n in (*range(1, 11), *range(31, 51))]
    assert (read(rows, window=5).asked, read(rows, window=5).answered) == (30, 20)


def test_the_silent_are_those_asked_but_only_all_of_the_phase_make_it_certain() -> None:
    reading = read([answer(n, 9, day=10) for n in range(1, 60)])
    judged = found(reading)
    assert judged.note.startswith("if all silent people gave 1: 8.9; all 10: 9.0")
    assert "no further answer can turn it" in judged.note
    # A quarter of the phase more will be asked: before the soak's end nothing is certain by it.
    bare = read([answer(n, 9, day=10) for n in range(1, 60)], day=11).model_copy(
        update={"marks": ()}
    )
    assert found(bare, day=11).state is State.UNDECIDED
    everybody = bare.model_copy(update={"cohort": 60})
    assert found(everybody, day=11).state is State.MET


def test_who_is_still_to_be_asked_may_turn_a_miss() -> None:
    reading = read([answer(n, 6, day=10) for n in range(1, 61)])
    lack = lacking(satisfaction_sample(Satisfaction(), reading), None)
    assert lack is not None
    assert lack.possible
    assert lack.text == "20 more answers, averaging 10 or better,"
    small = reading.model_copy(update={"cohort": 70})
    assert lacking(satisfaction_sample(Satisfaction(), small), None).possible is False  # type: ignore[union-attr]


def test_before_anybody_is_asked_nothing_is_shown_and_nothing_passes() -> None:
    reading = read([answer(n, 9) for n in range(1, 121)], who=[])
    assert (reading.asked, reading.answered) == (0, 0)
    judged = found(reading)
    assert judged.state is State.UNDECIDED
    assert "0 answers of 0 people asked" in judged.reason


def test_more_answers_than_people_asked_contradict_each_other() -> None:
    reading = SatisfactionReading(cohort=120, asked=10, answered=11, total=99)
    assert found(reading).state is State.NO_DATA
    too_many = NpsReading(cohort=9, asked=10, answered=9, promoters=9, detractors=0)
    assert judge(Metric.NPS, Nps(), too_many, moment()).state is State.NO_DATA


def test_a_site_of_which_few_were_asked_is_not_shown_alone() -> None:
    people = [person(n, site="paramaribo" if n > 12 else "bridgetown") for n in range(1, SIZE + 1)]
    who = [asked(n) for n in (*range(1, 4), *range(13, 60))]
    rows = [answer(n, 2 if n < 4 else 8, day=10) for n in (*range(1, 4), *range(13, 60))]
    evidence = frames(SIZE, people=people, answers=rows, asked=who)
    assert _names(evidence) == ["paramaribo and smaller ones"]
    more = frames(SIZE, people=people, answers=rows, asked=[*who, asked(4), asked(5)])
    assert _names(more) == ["bridgetown", "paramaribo"]


def _names(evidence: Frames) -> list[str]:
    gate = Gate(satisfaction=Satisfaction(scope="site"))
    return [g.name for g in measure(evidence, gate, moment())[Metric.SATISFACTION].groups]


def test_where_everybody_was_asked_nothing_is_said_of_it() -> None:
    found = measure(frames(), FULL, moment())[Metric.SATISFACTION]
    assert isinstance(found, SatisfactionReading)
    assert found.asked is None
