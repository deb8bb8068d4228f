"""What `changeover plan` warns of: a plan may be applied with it, but look first."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from cli.warnings_of_days import warnings_of_days
from cli.warnings_of_the_end import warnings_of_the_end
from config.archive import ONE_KEY_AT_MOST
from config.loading import Place
from config.outside import CsvTable, Table
from config.plan import Plan
from config.secrets import PREFIX, MissingSecretError, secret_finder
from rollout.ceremony import ceremony
from rollout.people import Person
from rollout.phases import Dates
from rollout.preview import Preview
from rollout.schedule import notice_to_cancel_by
from rollout.trainings import Session, places_of, session_of

Warned = Iterator[tuple[Place, str]]


def warnings(
    plan: Plan,
    folder: Path,
    walked: Preview,
    today: date,
    begun: frozenset[str] = frozenset(),
) -> Warned:
    """Give each thing to look at before the plan is applied, with its place."""
    people, dates = walked.people, walked.dates
    yield from _reach(plan, people, dates)
    yield from _evidence(plan, folder)
    yield from _secrets(plan, folder)
    yield from _trainers(plan, people, dates)
    yield from _keys(plan, folder, people)
    yield from _approvers(plan, sum(1 for p in people if p.in_scope))
    yield from _days_left(plan, dates, today, begun)
    yield from warnings_of_days(plan, walked, begun)
    scope = sum(1 for p in people if p.in_scope)
    yield from warnings_of_the_end(plan, folder, scope)


def _approvers(plan: Plan, people: int) -> Warned:
    """Who may say yes besides the one who signs, who asks for most things."""
    needs = ceremony(people)
    others = {a.lower() for a in plan.approvers} - {plan.organisation.signed_by.email.lower()}
    waits = [p.name for p in plan.phases if plan.gate_of(p).approval == "required"]
    if needs.typed_wait is None and len(others) < needs.approvers_to_retire:
        said = (
            f"{len(others)} besides who signs; retiring the old system takes "
            f"{needs.approvers_to_retire} who did not ask for it"
        )
        if waits and not others:
            said += f", and {waits[0]} waits for one"
        yield ("approvers",), f"{said}: name more"


def _days_left(
    plan: Plan, dates: Mapping[str, Dates], today: date, begun: frozenset[str]
) -> Warned:
    """Give days that are near or gone: of telling people, and of cancelling the old system."""
    first = plan.phases[0]
    launch = dates[first.name].launch
    if first.name not in begun and launch and today <= launch < today + plan.prepare:
        said = (
            f"the {plan.notices.announce_days} days in which people are told began on "
            f"{launch - plan.prepare}: {(launch - today).days} are left, and mails come closer "
            "together; a later start keeps them apart"
        )
        yield ("start",), said
    cancel, renews = notice_to_cancel_by(plan), plan.old_system.renews
    if cancel and renews and cancel < today <= renews:
        said = f"notice was to be given by {cancel}, which is past; write when it renews after that"
        yield ("old_system", "renews"), said


def _secrets(plan: Plan, folder: Path) -> Warned:
    """Secrets this machine does not have: what needs them stops at the first tick."""
    find, told = secret_finder(folder), set[str]()
    for place, text in _texts((), plan.model_dump(mode="json")):
        if not text.startswith(PREFIX) or text in told:
            continue
        told.add(text)
        try:
            find(text)
        except MissingSecretError as error:
            yield place, str(error)


def _texts(place: Place, value: object) -> Iterator[tuple[Place, str]]:
    """Give every text of a plan and where it stands."""
    if isinstance(value, str):
        yield place, value
    parts = value.items() if isinstance(value, dict) else ()
    for key, inner in (*parts, *(enumerate(value) if isinstance(value, list) else ())):
        yield from _texts((*place, key), inner)


def _reach(plan: Plan, people: tuple[Person, ...], dates: Mapping[str, Dates]) -> Warned:
    """What a phase's people, or its days, can hardly show, or never."""
    from gates.error_rates import course_of_phase
    from gates.reach import hardly

    for number, phase in enumerate(plan.phases):
        size, when = (
            sum(1 for p in people if p.in_scope and p.phase == phase.name),
            dates[phase.name],
        )
        if size and when.launch and when.soak_ends_on:
            course = course_of_phase(plan, phase, when, size)
            for said in hardly(plan.gate_of(phase), course):
                yield ("phases", number, "name"), said


def _evidence(plan: Plan, folder: Path) -> Warned:
    """Evidence that is not there yet: its criteria would have no data, and the gate holds."""
    places: dict[Place, Table] = {
        ("new_tool", "activity"): plan.new_tool.activity,
        ("attendance",): plan.attendance,
        ("answers",): plan.answers,
        ("tickets",): plan.tickets,
    }
    for place, table in places.items():
        if not isinstance(table, CsvTable):
            continue
        if table.folder is not None:
            here = folder / table.folder
            if not here.is_dir():
                yield (*place, "folder"), f"{table.folder} is not there yet; make it before launch"
            elif not any(here.glob("*.csv")):
                yield (*place, "folder"), f"{table.folder} has no CSV file yet"
        elif table.file is not None and not (folder / table.file).is_file():
            yield (*place, "file"), f"{table.file} is not there yet; gates have no data without it"


def _keys(plan: Plan, folder: Path, people: tuple[Person, ...]) -> Warned:
    """Keys of the archive without which nothing would be exported on its day."""
    place: Place = ("decommission", "archive", "encrypt_for")
    wanted = plan.decommission.archive.encrypt_for
    for number, name in enumerate(wanted):
        if not (folder / name).is_file():
            yield (*place, number), f"{name} is not there yet; nothing is archived without it"
    size = sum(1 for person in people if person.in_scope)
    if len(wanted) == 1 and size > ONE_KEY_AT_MOST:
        said = f"one key for {size} people: nothing is archived until a second one is named"
        yield place, said


def _trainers(plan: Plan, people: tuple[Person, ...], dates: Mapping[str, Dates]) -> Warned:
    """Give where one trainer would be at two sessions at once."""
    given: dict[str, dict[tuple[str, str], Session]] = {}
    places: dict[str, str] = {}
    for phase in plan.phases:
        training = plan.training_of(phase)
        if training is None or training.trainer is None:
            continue
        members = [p for p in people if p.in_scope and p.phase == phase.name]
        seats = places_of(members)
        for person in members:
            found = session_of(plan, phase, dates[phase.name], person, seats[person.key], 1)
            if found is not None:
                given.setdefault(training.trainer, {})[phase.name, found.id] = found
                places[found.id] = str(phase.training)
    for trainer, sessions in given.items():
        ordered = sorted(sessions.values(), key=lambda s: (s.starts, s.id))
        for before, after in pairwise(ordered):
            if after.starts < before.starts + timedelta(minutes=before.minutes):
                yield ("trainings", places[after.id], "trainer"), _clash(trainer, before, after)


def _clash(trainer: str, before: Session, after: Session) -> str:
    when = after.starts.astimezone(ZoneInfo(after.zone))
    return (
        f"{trainer} would give two sessions at once on {when:%a} {when.day} {when:%b %H:%M}: "
        f"{before.id.rpartition('/')[0]} and {after.id.rpartition('/')[0]}; name another trainer"
    )
