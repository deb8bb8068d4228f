"""Why not? What is named does change the verdict, and one less does not."""

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.criteria import Active, Adopted, Gate, Nps, Satisfaction, TrainingCompleted
from config.names import Metric, Severity
from gates.readings import (
    ActiveReading,
    Incident,
    IncidentsReading,
    NpsReading,
    Quality,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from gates.verdict import Kind, Verdict, decide
from tests.gates.cohort import FULL, adopted, at, moment, readings

SURVEY = Gate(satisfaction=Satisfaction(), nps=Nps())


def why(gate: Gate = FULL, day: int = 12, state: dict[str, Any] | None = None, **other: Any) -> str:  # noqa: ANN401
    return decide(gate, readings(**other), moment(day, **(state or {}))).why_not


def survey(mean: float, score: float) -> Gate:
    """A gate of both questions that tells what even one person answered."""
    marks = Satisfaction(at_least=mean, anonymous_below=1)
    return Gate(satisfaction=marks, nps=Nps(above=score, anonymous_below=1))


def asked(
    size: int, marks: list[int], scores: list[int], bars: tuple[float, float] = (7, 0)
) -> Verdict:
    gate = survey(*bars)
    found = readings(
        size,
        satisfaction=SatisfactionReading(cohort=size, answered=len(marks), total=sum(marks)),
        nps=NpsReading(
            cohort=size,
            answered=len(scores),
            promoters=sum(score >= 9 for score in scores),
            detractors=sum(score <= 6 for score in scores),
        ),
    )
    return decide(gate, found, moment())


def test_the_designs_own_example() -> None:
    found = asked(21, [8, 9, 6, 7, 8], [9, 10, 6, 8, 8])
    assert found.why_not == (
        "4 more answers, averaging 6.25 or better and with no more detractors than promoters,"
        " would let it advance."
    )


def _more(text: str) -> tuple[int, float | None, int]:
    """Read from the words how many answers, what mean, and how many more promoters."""
    count = re.search(r"(\d+) more answers?", text)
    assert count, text
    mean = re.search(r"averaging ([\d.]+)", text)
    if net := re.search(r"at least (\d+) more promoters?", text):
        balance = int(net[1])
    elif net := re.search(r"at most (\d+) more detractors?", text):
        balance = -int(net[1])
    else:
        balance = 0 if "no more detractors" in text else -int(count[1])
    return int(count[1]), float(mean[1]) if mean else None, balance


@given(
    size=st.integers(1, 60),
    answers=st.lists(st.tuples(st.integers(1, 10), st.integers(0, 10)), max_size=60),
    bars=st.tuples(st.sampled_from([5, 7, 8.5, 9.9]), st.sampled_from([-50, 0, 30, 90])),
)
def test_the_answers_named_suffice_and_fewer_do_not(
    size: int, answers: list[tuple[int, int]], bars: tuple[float, float]
) -> None:
    answers = answers[:size]
    marks, scores = [a for a, _ in answers], [b for _, b in answers]
    found = asked(size, marks, scores, bars)
    silent = size - len(answers)
    best = [asked(size, [*marks, *[10] * n], [*scores, *[10] * n], bars) for n in range(silent + 1)]
    fewest = next((n for n, v in enumerate(best) if v.kind is Kind.ADVANCE), None)
    if fewest is None:
        assert "a person decides" in found.why_not
    elif fewest == 0:
        assert found.kind is Kind.ADVANCE
    else:
        more, mean, net = _more(found.why_not)
        assert more == fewest
        gate = survey(*bars)
        wanted = sum(marks) + more * (1 if mean is None else mean)
        now = readings(
            size,
            satisfaction=SatisfactionReading(cohort=size, answered=len(marks) + more, total=wanted),
            nps=_with_net(size, scores, more, net),
        )
        assert decide(gate, now, moment()).kind is Kind.ADVANCE


def _with_net(size: int, scores: list[int], more: int, net: int) -> NpsReading:
    return NpsReading(
        cohort=size,
        answered=len(scores) + more,
        promoters=sum(score >= 9 for score in scores) + max(net, 0),
        detractors=sum(score <= 6 for score in scores) + max(-net, 0),
    )


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
@given(data=st.data())
def test_the_people_named_suffice_and_fewer_do_not(size: int, data: st.DataObject) -> None:
    gate = Gate(adopted=Adopted(), training_completed=TrainingCompleted())
    have = data.draw(st.integers(0, size))
    there = data.draw(st.integers(0, size))

    def judged(adopters: int, trained: int) -> Verdict:
        found = readings(
            size,
            adopted=adopted(adopters, size, size - adopters),
            training_completed=TrainingReading(cohort=size, invited=size, attended=trained),
        )
        return decide(gate, found, moment())

    found = judged(have, there)
    assume(found.kind is Kind.HOLD)
    one = re.search(r"(\d+) more adopter", found.why_not)
    other = re.search(r"(\d+) more (person|people) trained", found.why_not)
    adopters, trained = (int(m[1]) if m else 0 for m in (one, other))
    assert judged(have + adopters, there + trained).kind is Kind.ADVANCE
    if adopters:
        assert judged(have + adopters - 1, there + trained).kind is Kind.HOLD
    if trained:
        assert judged(have + adopters, there + trained - 1).kind is Kind.HOLD


def test_what_nothing_can_change_any_more_is_a_persons_to_decide() -> None:
    assert why(adopted=adopted(10, 21, 0, 2)) == (
        "3 more adopters are needed and 2 still can within their goal's days."
        " Nothing still to come would let it advance: a person decides."
    )
    unhappy = SatisfactionReading(cohort=21, answered=20, total=100)
    assert "1 person can still answer" in why(satisfaction=unhappy)


def test_each_thing_that_holds_is_named() -> None:
    noisy = TicketsReading(
        cohort=21, launch_tickets=2, launch_active=20, week_tickets=5, week_active=20
    )
    assert why(tickets=noisy, adopted=adopted(11, 21, 9)) == (
        "2 more adopters and 3 tickets fewer in 7 days would let it advance."
    )
    lost = Incident(id="i-1", severity=Severity.MAJOR, title="Orders are lost", opened=at(2))
    minor = Incident(id="i-2", severity=Severity.MINOR, title="Slow", opened=at(2))
    stopped = IncidentsReading(cohort=21, open=(lost, minor))
    assert why(incidents=stopped) == "1 incident closed (Orders are lost) would let it advance."
    assert why(adopted=None, nps=None) == (
        "Data on adopted and nps that can be believed would let it advance."
    )
    blank = SatisfactionReading(cohort=21, answered=8, blank=2, total=64)
    assert why(satisfaction=blank) == (
        "A value in 2 answers that came without one would let it advance."
    )


def test_what_only_waits_says_for_what() -> None:
    asking = FULL.model_copy(update={"approval": "required"})
    assert why(asking) == "An approval would let it advance."
    assert why(state={"paused": True}) == "A person resuming it would let it advance."
    assert why(day=10) == "The soak ends on Fri 27 Mar; by today's numbers it would advance then."
    assert why(day=10, adopted=adopted(11, 21, 9)) == (
        "The soak ends on Fri 27 Mar; by today's numbers it would take 2 more adopters."
    )
    alone = Gate(adopted=Adopted())
    assert why(alone, 6, adopted=adopted(11, 21, 9)) == "2 more adopters would let it advance."


def test_a_comparison_that_is_not_possible_yet_says_from_when() -> None:
    short = {"soak_ends_on": moment(5).today}
    assert why(day=5, state=short) == (
        "A look from Tue 24 Mar on, when the launch week can be compared with,"
        " would let it advance."
    )


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"adopted": adopted(13, 21)}, "1 adopter fewer would have held it."),
        ({"adopted": adopted(15, 21)}, "3 adopters fewer would have held it."),
        (
            {"training_completed": TrainingReading(cohort=21, invited=20, attended=17)},
            "2 trained people fewer would have held it.",
        ),
        (
            {"nps": NpsReading(cohort=21, answered=9, promoters=5, detractors=1)},
            "1 answer fewer would have held it.",
        ),
    ],
)
def test_a_phase_that_advances_hears_how_close_it_was(other: dict[str, Any], said: str) -> None:
    assert why(**other) == said


def test_surveys_of_advice_hold_nothing() -> None:
    advice = Gate(adopted=Adopted(), nps=Nps(advisory=True), satisfaction=Satisfaction())
    none = NpsReading(cohort=21, answered=0, promoters=0, detractors=0)
    assert decide(advice, readings(nps=none), moment()).kind is Kind.ADVANCE
    few = SatisfactionReading(cohort=21, answered=8, total=64)
    assert why(advice, nps=none, satisfaction=few) == (
        "1 more answer, of any kind, would let it advance."
    )
    assert Metric.NPS in advice.criteria()


def test_more_active_people_are_named() -> None:
    gate = Gate(active=Active(at_least=0.8, advisory=False))
    assert why(gate, active=ActiveReading(cohort=21, active=15)) == (
        "2 more people active within a week would let it advance."
    )


def test_who_sent_a_blank_is_not_silent() -> None:
    reading = SatisfactionReading(cohort=21, answered=6, blank=2, total=6)
    assert "7 more good answers" not in why(satisfaction=reading)
    assert "13 people can still answer" in why(
        Gate(satisfaction=Satisfaction(at_least=9.9)), satisfaction=reading
    )


def test_a_doubtful_question_asks_for_data_and_not_for_answers() -> None:
    few = SatisfactionReading(cohort=21, answered=5, total=38)
    doubtful = NpsReading(
        cohort=21, answered=0, promoters=0, detractors=0, quality=Quality.NAN, doubt="all blank"
    )
    assert why(satisfaction=few, nps=doubtful) == (
        "Data on nps that can be believed and 4 more answers, averaging 6.25 or better,"
        " would let it advance."
    )


def test_tickets_that_can_be_compared_name_how_many_fewer() -> None:
    short = {"soak_ends_on": moment(5).today}
    noisy = TicketsReading(
        cohort=21, launch_tickets=2, launch_active=20, week_tickets=5, week_active=20
    )
    assert (
        why(day=9, state=short, tickets=noisy) == "3 tickets fewer in 7 days would let it advance."
    )
