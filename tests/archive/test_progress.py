from archive.copying import TableProgress
from archive.progress import Meter, Standing


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


def heard(number: int, rows: int, *, done: bool = False, spared: bool = False) -> TableProgress:
    return TableProgress(f"t{number}", number, 3, rows, done, spared, expected=1000)


def test_rate_and_time_left_are_of_what_was_written_now() -> None:
    clock, seen = Clock(), list[Standing]()
    meter = Meter(seen.append, clock)
    clock.at += 1
    meter(heard(1, 500, done=True, spared=True))
    clock.at += 9
    meter(heard(2, 100))
    last = seen[-1]
    assert (last.done, last.rows, last.per_second, last.left) == (1, 600, 10.0, 40.0)
    assert last.share == 0.6
    assert last.line == (
        "1 of 3 tables, 600 rows of about 1,000, 10 rows/s, now t2, about 40 s left"
    )


def test_it_is_told_every_two_seconds_and_at_each_end() -> None:
    clock, seen = Clock(), list[Standing]()
    meter = Meter(seen.append, clock)
    meter(heard(1, 10))
    clock.at += 1.9
    meter(heard(1, 20))
    assert len(seen) == 1
    meter(heard(1, 20, done=True))
    assert len(seen) == 2
    clock.at += 2
    meter(heard(2, 5))
    assert [each.rows for each in seen] == [10, 20, 25]


def test_an_estimate_that_is_too_low_promises_nothing() -> None:
    clock, seen = Clock(), list[Standing]()
    meter = Meter(seen.append, clock)
    clock.at += 10
    meter(heard(1, 5000))
    assert (seen[-1].share, seen[-1].left) == (0.99, 0.0)


def test_without_an_estimate_nothing_is_said_of_the_time_left() -> None:
    seen: list[Standing] = []
    clock = Clock()
    meter = Meter(seen.append, clock)
    clock.at += 2
    meter(TableProgress("t", 1, 2, 10, done=False))
    assert (seen[-1].share, seen[-1].left) == (None, None)
    assert seen[-1].line == "0 of 2 tables, 10 rows, 5 rows/s, now t"
