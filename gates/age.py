"""How old what was measured is: what is too old, or of no time that can be, is no data.

A reading may come in a document somebody wrote, so that its age is doubted here too, whatever the
tables it was measured from were found to be.
"""

from config.criteria import Criterion
from config.criterion import Dated
from config.names import Metric
from gates.credibility import Doubt
from gates.moment import Moment
from gates.readings import Quality, Reading
from gates.wording import span

OWN = frozenset({Metric.ACCOUNTS, Metric.CHECKLIST, Metric.INCIDENTS})
"""What a ledger keeps itself and reads at the look."""


def doubt_of_age(criterion: Criterion, reading: Reading, moment: Moment) -> Doubt | None:
    """Say why the age of a reading gives no verdict; None where it can be judged.

    One that does not say when it was written is taken at its look's word, but where it has to be
    newer than something.
    """
    written, own = reading.as_of, reading.metric in OWN
    allowed = criterion.max_age if isinstance(criterion, Dated) else None
    if written is None:
        must = allowed is not None or moment.restarted_at is not None
        return (Quality.STALE, "nobody says when it was written") if must and not own else None
    if written > moment.now:
        return Quality.FUTURE, f"written {written:%Y-%m-%d %H:%M} UTC, after now"
    if not own and moment.older_than_restart(written):
        return Quality.STALE, "not written since the phase was resumed"
    age = moment.now - written
    if allowed is None or age <= allowed:
        return None
    hours = age.total_seconds() / 3600
    return Quality.STALE, f"{hours:.0f} hours old, at most {span(allowed)} allowed"
