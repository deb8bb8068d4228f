"""The outlook of each criterion that is not met: when it will be, or why nobody can say.

Numbers and reasons; `reports.forecast` says them. What only a person can do (open an account,
confirm an item, close an incident) is not forecast, and that is said.
"""

from collections.abc import Callable
from typing import Any

from config.names import Metric
from gates import outlook_answers, outlook_levels, outlook_people, outlook_rest
from gates.credibility import doubt
from gates.decision import Decision
from gates.outlook_scene import Outlook, Scene, scene_of
from gates.readings import NpsReading, Quality, Reading, SatisfactionReading

# Each is written for its own criterion and reading; `Metric` keeps the pairs together.
OUTLOOKS: dict[Metric, Callable[[Any, Any, Scene], Outlook | None]] = {
    Metric.ACTIVE: outlook_levels.active,
    Metric.TRAINING_COMPLETED: outlook_people.trained,
    Metric.SATISFACTION: outlook_answers.satisfaction,
    Metric.NPS: outlook_answers.nps,
    Metric.TICKETS: outlook_levels.tickets,
    Metric.ACTIVE_DAILY: outlook_levels.active_daily,
    Metric.COMPLETING: outlook_people.completing,
    Metric.WORKFLOWS: outlook_people.workflows,
    Metric.WORK_MOVED: outlook_levels.work_moved,
    Metric.DEPENDENTS: outlook_rest.dependents,
    Metric.SUPPORT: outlook_rest.support,
    Metric.IMPACT: outlook_rest.impact,
    Metric.ACCOUNTS: outlook_rest.accounts,
    Metric.CHECKLIST: outlook_rest.checklist,
    Metric.INCIDENTS: outlook_rest.incidents,
}
"""When each criterion will be met; None: it is."""


def outlooks(decision: Decision) -> dict[Metric, tuple[Outlook, ...]]:
    """Give what is to be expected of each criterion that is not met, and has data."""
    found = {Metric.ADOPTED: outlook_people.adopted(decision)}
    scene = scene_of(decision)
    criteria = decision.gate.criteria()
    for finding in decision.verdict.findings:
        metric, reading = finding.metric, decision.reading(finding.metric)
        if scene is None or reading is None or metric not in OUTLOOKS or not _told(reading):
            continue
        outlook = OUTLOOKS[metric](criteria[metric], reading, scene)
        found[metric] = () if outlook is None else (outlook,)
    return found


def _told(reading: Reading) -> bool:
    """Whether a reading can be believed; that nobody has answered yet is no flaw here."""
    surveyed = isinstance(reading, SatisfactionReading | NpsReading)
    return (surveyed and reading.quality is Quality.EMPTY) or doubt(reading) is None
