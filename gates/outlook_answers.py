"""Outlooks of surveys: when enough people will have answered, and well enough."""

from collections.abc import Callable

from config.criteria import Nps, Satisfaction
from gates.forecast_answers import Wave, forecast_answers, further_answers
from gates.outlook_scene import Outlook, Scene
from gates.readings import NpsReading, SatisfactionReading
from gates.sample import Sample, nps_sample, satisfaction_sample
from gates.wording import count, number, people


def satisfaction(
    criterion: Satisfaction, reading: SatisfactionReading, scene: Scene
) -> Outlook | None:
    """Forecast satisfaction."""

    def sample(asked: int | None) -> Sample:
        return satisfaction_sample(criterion, reading.model_copy(update={"asked": asked}))

    return _answered(sample, reading.asked, f"≥ {number(criterion.at_least)}", scene)


def nps(criterion: Nps, reading: NpsReading, scene: Scene) -> Outlook | None:
    """Forecast NPS."""

    def sample(asked: int | None) -> Sample:
        return nps_sample(criterion, reading.model_copy(update={"asked": asked}))

    return _answered(sample, reading.asked, f"above {number(criterion.above)}", scene)


def _answered(
    of: Callable[[int | None], Sample], asked: int | None, good: str, scene: Scene
) -> Outlook | None:
    expected, series, sample = scene.ahead.expected, scene.ahead.answers, of(asked)
    waves = tuple(Wave(scene.day_of(a.day), a.people) for a in expected.asked)
    planned = tuple(
        Wave(on, some.people)
        for some in expected.asks
        if scene.begin < (on := scene.day_of(some.day)) <= scene.last_day
    )
    if not waves and not planned:
        enough = sample.answered + sample.blank >= sample.need
        return None if enough else Outlook(why="not forecast: no survey is planned")
    weekday, again = scene.launch.weekday(), expected.again_days
    gained = further_answers(waves, planned, series, scene.last_day, weekday, again)
    needs = _needs(of, asked, planned, scene)
    found = forecast_answers(sample, needs, gained, scene.begin, scene.last_day)
    if found is None:
        return None
    made, judged = found
    need = needs[(made.middle or scene.last_day) - scene.begin - 1] if made.possible else needs[-1]
    from_some = f"{good} from {people(need)}"
    return Outlook(from_some if judged else count(need, "answer"), made)


def _needs(
    of: Callable[[int | None], Sample], asked: int | None, planned: tuple[Wave, ...], scene: Scene
) -> list[int]:
    """Give the answers needed on each day to come: where quarters are asked, of those asked yet."""
    days = range(scene.begin + 1, scene.last_day + 1)
    if asked is None:
        return [of(None).need] * len(days)
    return [of(asked + sum(w.people for w in planned if w.day <= day)).need for day in days]
