"""Whether a reading can be believed: its tables' quality, and whether its numbers can be."""

from gates.readings import (
    ActiveReading,
    AdoptedReading,
    Counted,
    NpsReading,
    Quality,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from gates.work_credibility import IMPOSSIBLE, MISSING, NOBODY, more

Doubt = tuple[Quality, str]


def doubt(reading: Reading) -> Doubt | None:
    """Say why a reading gives no verdict; None where it can be judged.

    Readings may come in a document somebody wrote, so that their numbers are doubted too.
    """
    if reading.quality is not Quality.OK:
        return reading.quality, reading.doubt
    if impossible := _impossible(reading):
        return Quality.CONTRADICTORY, impossible
    if missing := _missing(reading):
        return Quality.EMPTY, missing
    return None


def _impossible(reading: Reading) -> str:
    if (work := IMPOSSIBLE.get(reading.metric)) is not None:
        return work(reading)
    match reading:
        case AdoptedReading():
            rest = reading.cohort - reading.adopted
            could = reading.could_still_by_soak_end, reading.could_still_by_goal, reading.waiting
            still = max(could)
            said = f"{reading.adopted} adopted and {still} still can, of {reading.cohort}"
            return said if still > rest else _come(reading, reading.adopted)
        case ActiveReading():
            found = more(reading.active, "active", reading.cohort)
            return found or _come(reading, reading.active)
        case TrainingReading():
            invited = more(reading.invited, "invited", reading.cohort)
            trained = more(reading.attended, "trained", reading.invited)
            return invited or trained or _come(reading, reading.attended)
        case SatisfactionReading():
            low, high = reading.answered, 10 * reading.answered
            outside = not low <= reading.total <= high
            said = f"answers of 1-10 add up to {reading.total:g} from {reading.answered}"
            return said if outside else _answers(reading) or _marks(reading)
        case NpsReading():
            counted = reading.promoters + reading.detractors
            return more(counted, "promoters and detractors", reading.answered) or _answers(reading)
        case TicketsReading():
            active = max(reading.launch_active, reading.week_active)
            return more(active, "active", reading.cohort)
        case _:
            return ""


def _marks(reading: SatisfactionReading) -> str:
    if not reading.marks:
        return ""
    number = sum(n for _, n in reading.marks)
    total = sum(value * n for value, n in reading.marks)
    same = number == reading.answered and abs(total - reading.total) < 1e-3
    inside = all(1 <= value <= 10 for value, _ in reading.marks)
    said = f"marks of {number} answers add up to {total:g}, the answers to {reading.total:g}"
    return "" if same and inside else said


def _answers(reading: SatisfactionReading | NpsReading) -> str:
    asked = reading.cohort if reading.asked is None else reading.asked
    answered = more(reading.answered + reading.blank, "answers", asked)
    return more(asked, "asked", reading.cohort) or answered


def _come(reading: Counted, some: int) -> str:
    return more(reading.come, "successes of people who joined", some)


def _missing(reading: Reading) -> str:
    if (work := MISSING.get(reading.metric)) is not None:
        return work(reading)
    match reading:
        case TrainingReading(invited=0):
            return "nobody was invited to a training"
        case TicketsReading(week_active=0):
            return "nobody was active in the last 7 days to count tickets by"
        case TicketsReading(launch_active=0):
            return "nobody was active in the launch week to compare with"
        case _:
            return "" if reading.cohort else NOBODY
