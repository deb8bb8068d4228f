"""The verdict in a sentence or two, for somebody who reads nothing else."""

from config.names import Metric
from gates.findings import Finding, State
from gates.wording import listed, sentence
from gates.work_credibility import NOBODY

SAYS: dict[Metric, dict[State, str]] = {
    Metric.ADOPTED: {
        State.MET: "adoption is on course",
        State.MISSED: "too few people have adopted it",
        State.UNDECIDED: "adoption is not decided yet",
    },
    Metric.ACTIVE: {
        State.MET: "people use it this week",
        State.MISSED: "too few people use it this week",
        State.UNDECIDED: "this week's use is not decided yet",
    },
    Metric.TRAINING_COMPLETED: {
        State.MET: "people are trained",
        State.MISSED: "too few people are trained",
        State.UNDECIDED: "training is not decided yet",
    },
    Metric.SATISFACTION: {
        State.MET: "people are satisfied",
        State.MISSED: "people are not satisfied",
        State.UNDECIDED: "too few answers to know if people are satisfied",
    },
    Metric.NPS: {
        State.MET: "people would recommend it",
        State.MISSED: "people would not recommend it",
        State.UNDECIDED: "too few answers to know if people would recommend it",
    },
    Metric.TICKETS: {
        State.MET: "calls for help are not rising",
        State.MISSED: "calls for help are rising",
        State.UNDECIDED: "calls for help cannot be compared with the launch week yet",
    },
    Metric.ACCOUNTS: {
        State.MET: "accounts are open",
        State.MISSED: "too few accounts are open",
        State.UNDECIDED: "accounts are still being opened",
    },
    Metric.ACTIVE_DAILY: {
        State.MET: "people use it daily",
        State.MISSED: "too few people use it on a day",
        State.UNDECIDED: "daily use is not decided yet",
    },
    Metric.COMPLETING: {
        State.MET: "people do the key workflows in it",
        State.MISSED: "too few people do the key workflows in it",
        State.UNDECIDED: "the key workflows are not decided yet",
    },
    Metric.WORKFLOWS: {
        State.MET: "the key workflows are tried",
        State.MISSED: "key workflows are not tried by enough people",
        State.UNDECIDED: "key workflows are still to be tried by more people",
    },
    Metric.WORK_MOVED: {
        State.MET: "the work is done in the new system",
        State.MISSED: "too much work is done in the old system",
        State.UNDECIDED: "where the work is done is not decided yet",
    },
    Metric.DEPENDENTS: {
        State.MET: "people have left the old system",
        State.MISSED: "too many people who moved still log in to the old system",
        State.UNDECIDED: "who still needs the old system is not decided yet",
    },
    Metric.SUPPORT: {
        State.MET: "support can take the next phase",
        State.MISSED: "support cannot take the next phase",
        State.UNDECIDED: "what support can take is not decided yet",
    },
    Metric.IMPACT: {
        State.MET: "the work goes as well as it should",
        State.MISSED: "the work goes worse than it may",
        State.UNDECIDED: "what moving did to the work cannot be told yet",
    },
    Metric.CHECKLIST: {
        State.MET: "the checklist is complete",
        State.MISSED: "the checklist has open items",
        State.UNDECIDED: "the checklist has open items still",
    },
    Metric.INCIDENTS: {State.MET: "no incident stops it"},
}
"""What each finding says in words; open incidents and missing data are said with their reason."""


def say(finding: Finding) -> str:
    """Say one finding in words."""
    if finding.state is State.NO_DATA:
        return f"no data that can be believed ({finding.reason})"
    if finding.metric is Metric.INCIDENTS and finding.state is State.MISSED:
        return f"incidents: {finding.now} ({finding.note})"
    if finding.metric is Metric.SUPPORT and finding.state is State.MISSED:
        return f"{SAYS[finding.metric][finding.state]} ({finding.note})"
    if finding.old:
        what = finding.metric.value.replace("_", " ")
        return f"data on {what} is from before the soak ended"
    if finding.limit:
        return f"{finding.metric.value} {finding.limit}"
    if finding.person:
        return f"only a changed cohort makes the difference ({finding.now})"
    return SAYS[finding.metric][finding.state]


def of_nobody(blocking: list[Finding]) -> bool:
    """Tell whether it is an empty cohort that keeps the evidence from saying anything."""
    return any(f.state is State.NO_DATA and f.reason.startswith(NOBODY) for f in blocking)


def decide_to_skip(phase: str) -> str:
    """Say what to do about an empty cohort: it is skipped by a decision, and never passes."""
    return f"A person decides: `changeover decide {phase} skip` goes past it."


def blind(blocking: list[Finding], phase: str) -> str:
    """Say what keeps the evidence from being believed, each reason once."""
    if of_nobody(blocking):
        return f"{sentence(NOBODY)} {decide_to_skip(phase)}"
    reasons = dict.fromkeys(f.reason for f in blocking if f.state is State.NO_DATA)
    return sentence(f"no data that can be believed: {'; '.join(reasons)}")


def blocked(findings: tuple[Finding, ...], blocking: list[Finding]) -> str:
    """Say what keeps a phase, after what is well with its adoption."""
    if not blocking:
        return "No criterion of its gate decides anything."
    few = {Metric.SATISFACTION, Metric.NPS}
    undecided = {f.metric for f in blocking if f.state is State.UNDECIDED and not f.old}
    # One survey asks both questions: that too few answered is said once.
    said = [say(f) for f in blocking if not (f.metric is Metric.NPS and few <= undecided)]
    course = next((f for f in findings if f.metric is Metric.ADOPTED), None)
    well = course is not None and course.state is State.MET and course not in blocking
    return sentence("; ".join([*([say(course)] if well and course else []), listed(said)]))
