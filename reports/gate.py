"""The gate report: what a look at a phase ended in, as Markdown for a person with a minute."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from config.names import Metric
from gates.decision import Decision
from gates.findings import Finding, State
from gates.readings import AdoptedReading, Stragglers
from gates.verdict import Because, Kind
from gates.wording import count, day, listed, people

EMOJI = {
    State.MET: "✅ met",
    State.MISSED: "❌ missed",
    State.UNDECIDED: "⏳ undecided",
    State.NO_DATA: "⚪ no data",
}
VERBS = {
    Kind.ADVANCE: "advancing",
    Kind.HOLD: "holding",
    Kind.PAUSE: "paused",
    Kind.ROLL_BACK: "rolling back",
}
BARS = "▁▂▃▄▅▆▇█"
SPARK_DAYS = 30
_CALLED = {Metric.NPS: "NPS", Metric.TRAINING_COMPLETED: "training"}
NAMES_AT_MOST = 10
NOTHING: Mapping[Metric, str] = MappingProxyType({})


def gate_report(  # noqa: PLR0913 - what a report is told besides its decision
    decision: Decision,
    title: str,
    *,
    next_title: str | None = None,
    next_look: datetime | None = None,
    evidence: str = "",
    names: Mapping[str, str] | None = None,
    expected: Mapping[Metric, str] = NOTHING,
    signer: str | None = None,
    errs: str = "",
    loose: str = "",
) -> str:
    """Write a decision as Markdown.

    `title` and `next_title` are the phases' words; `next_look` is in the zone people read;
    `evidence` names the decision's file; `expected` says when each criterion will be met;
    `signer` is the fingerprint of the key that archives are signed with. People are named only
    where `names` gives them by key. `errs` says how often such a gate is wrong; `loose` what the
    plan asks less of than is usual before the old system goes.
    """
    verdict = decision.verdict
    parts = [
        f"### {plain(title[:1].upper() + title[1:])}: {_verb(decision)}. {plain(verdict.headline)}",
        _table(decision),
        _beside(decision, expected),
        _sentences(decision, next_title, next_look, names or {}, errs, loose),
    ]
    if evidence:
        said = f"replays to this verdict: `changeover judge {evidence}`"
        parts.append(f"Evidence `{evidence}`, {said}")
    parts += [signing(signer), _why(decision)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sentences(
    decision: Decision,
    next_title: str | None,
    next_look: datetime | None,
    names: Mapping[str, str],
    errs: str,
    loose: str,
) -> str:
    verdict = decision.verdict
    return "\n".join(
        f"**{head}** {text}  "
        for head, text in (
            ("What next:", _next(decision, next_title or "the next phase", next_look)),
            ("Who can help:", _help(verdict.stragglers, names)),
            ("Counted:", _counted(decision)),
            ("How often it errs:", plain(errs)),
            ("Looser than usual:", plain(loose) and f"{plain(loose)}."),
        )
        if text
    )


def signing(signer: str | None) -> str:
    """Say which key archives are signed with: a report kept elsewhere is what proves it one day."""
    return f"Archives are signed with the key `{signer}`." if signer else ""


def plain(text: str) -> str:
    """Keep somebody's words from being read as Markdown or HTML, or from leaving their cell."""
    text = re.sub(r"\s+", " ", text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", text)


def sparkline(series: tuple[int, ...], of: int) -> str:
    """Draw counts out of `of` as bars, the newest days last; empty without any."""
    steps = len(BARS) - 1
    shown = series[-SPARK_DAYS:]
    return "".join(BARS[min(steps, steps * value // max(of, 1))] for value in shown)


def _verb(decision: Decision) -> str:
    if decision.look == "watch":
        return "passed, but stops what comes after"
    special = {Because.APPROVAL: "waiting for an approval", Because.PAUSED: "staying paused"}
    return special.get(decision.verdict.because, VERBS[decision.verdict.kind])


def _table(decision: Decision) -> str:
    """Set what is needed beside what is: three columns, for a page does not break lines in a cell.

    A fourth with the notes went beyond the edge of Prefect's page, and the figures with it.
    """
    rows = [_row(finding) for finding in decision.verdict.findings]
    return "\n".join(["| | needed | now |", "|---|---|---|", *rows])


def _row(finding: Finding) -> str:
    now = f"**{plain(finding.now)}**" if finding.blocks else plain(finding.now)
    state = f"{EMOJI[finding.state]}{_aside(finding)}"
    return f"| {state} | {plain(finding.needed)} | {now} |"


def _beside(decision: Decision, expected: Mapping[Metric, str]) -> str:
    """Give what there is to note of the findings, a line each; of adoption, how it went so far."""
    adopted = decision.reading(Metric.ADOPTED)
    lines = []
    for finding in decision.verdict.findings:
        spark = ""
        if finding.metric is Metric.ADOPTED and isinstance(adopted, AdoptedReading):
            spark = sparkline(adopted.series, adopted.cohort)
        ahead = expected.get(finding.metric, "")
        # A state that needs explaining gets its reason where nothing better is noted.
        unclear = finding.state is not State.MET and not finding.note
        note = finding.reason if unclear or finding.state is State.NO_DATA else finding.note
        note = "; ".join(filter(None, (note, finding.beyond, ahead)))
        if spark or note:
            said = " ".join(filter(None, (spark, plain(note))))
            called = _CALLED.get(finding.metric) or finding.metric.replace("_", " ")
            lines.append(f"- {called}: {said}")
    return "\n".join(lines)


def _aside(finding: Finding) -> str:
    if finding.overridden is not None:
        return ", overridden"
    return ", watched only" if finding.advisory else ""


def _next(decision: Decision, following: str, next_look: datetime | None) -> str:
    verdict, moment = decision.verdict, decision.moment
    following = f"the launch of {plain(following)}"
    launch = day(moment.next_launch) if moment.next_launch else None
    if decision.look == "watch":
        return f"{following} waits until a person decides."
    match verdict.kind:
        case Kind.ADVANCE:
            return f"{following}, on {launch}." if launch else "this was the last phase."
        case Kind.ROLL_BACK:
            return "people go back to the old system and are told; a person decides what then."
        case Kind.PAUSE:
            return "nothing more starts until a person resumes it or rolls it back."
        case Kind.HOLD:
            look = f"looked at again {day(next_look)} {next_look:%H:%M}." if next_look else ""
            asked = {Because.APPROVAL: "an approver decides.", Because.PAUSED: "a person resumes."}
            said = (asked.get(verdict.because, ""), look, _launch(decision, following))
            sentences = [sentence for sentence in said if sentence]
            return " ".join(s if i == 0 else s[:1].upper() + s[1:] for i, s in enumerate(sentences))


def _launch(decision: Decision, following: str) -> str:
    moment = decision.moment
    if moment.next_launch is None:
        return ""
    if moment.last_look:
        was = day(moment.next_launch)
        return f"This was the last look before {was}: {following} moves, and its people are told."
    return f"{following[:1].upper()}{following[1:]} stays planned for {day(moment.next_launch)}."


def _help(stragglers: Stragglers, names: Mapping[str, str]) -> str:
    groups = (
        (stragglers.not_activated, "cannot log in yet (open the account)"),
        (stragglers.not_logged_in, "not logged in (help)"),
        (stragglers.not_trained, "not trained (invite again)"),
        (stragglers.inactive, "not active enough (a buddy)"),
        (stragglers.kept_away, "kept away by an outage (nothing, until it is over)"),
    )
    said = [f"{people(len(k))} {what}{_named(k, names)}" for k, what in groups if k]
    return f"{', '.join(said)}." if said else ""


def _named(keys: tuple[str, ...], names: Mapping[str, str]) -> str:
    known = [plain(names[key]) for key in keys if key in names]
    if not known:
        return ""
    more = len(known) - NAMES_AT_MOST
    shown = [*known[:NAMES_AT_MOST], *([f"{more} more"] if more > 0 else [])]
    return f": {listed(shown)}"


def _why(decision: Decision) -> str:
    """Say what would change it: the last line, for that is the one people look for."""
    last = plain(decision.verdict.why_not)
    question = "How close?" if decision.verdict.kind is Kind.ADVANCE else "Why not?"
    return f"**{question}** {last}" if last else ""


def _counted(decision: Decision) -> str:
    """Say who is in the denominator where it changed: with another one it is another share."""
    if not decision.changes:
        return ""
    cohort = max((reading.cohort for reading in decision.readings), default=0)
    kinds = sorted({change.what for change in decision.changes})
    said = [f"{sum(c.what == kind for c in decision.changes)} {plain(kind)}" for kind in kinds]
    newest = max(change.when for change in decision.changes)
    changes = count(len(decision.changes), "change")
    return f"{people(cohort)}, after {changes}: {listed(said)} (the last on {day(newest)})."
