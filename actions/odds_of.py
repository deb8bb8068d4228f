"""How often a phase's gate is wrong, for its report: the same simulation that `plan` shows."""

from config.plan import Plan
from gates.decision import Decision
from gates.error_rates import course_of_phase, foretold
from reports.error_rates import told
from rollout.phases import PhaseNow

RUNS = 200
"""A share is then right to within seven in a hundred: a look each morning may cost no more."""
SEED = 1
PEOPLE_AT_MOST = 500
"""Of a larger phase so many are simulated: it errs no more, and its looks take no longer."""


def odds_of(plan: Plan, at: PhaseNow, found: Decision) -> str:
    """Say how often such a gate is wrong; nothing of a look back, which has none."""
    cohort = max((reading.cohort for reading in found.readings), default=0)
    dated = at.dates.launch is not None and at.dates.soak_ends_on is not None
    if found.look == "watch" or not cohort or not dated:
        return ""
    course = course_of_phase(plan, plan.phase(at.name), at.dates, min(cohort, PEOPLE_AT_MOST))
    return told(foretold(found.gate.model_dump_json(), course, RUNS, SEED))
