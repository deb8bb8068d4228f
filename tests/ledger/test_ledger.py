"""What the ledger promises, on SQLite and on PostgreSQL alike."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from ledger import audit, leases, phases, records, steps
from ledger.columns import metadata
from ledger.door import Door
from ledger.opening import MIGRATIONS, _newest, open_ledger, upgrade
from ledger.tables import allowed_transition, step, transition
from ledger.tables import audit as audit_table
from rollout.phases import Move, NotAllowedError, State, Verb
from rollout.steps import Step, StepState

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def some_steps(count: int) -> list[Step]:
    """Give steps that are due."""
    return [Step("notice.welcome", "first", f"p{n:05}", 1, "-", NOW) for n in range(count)]


def take(door: Door, seconds: float = 60, purpose: str = "tick") -> leases.Lease:
    """Take the lease."""
    with door.write("lease") as tx:
        return leases.acquire(tx, "acme", purpose, "test", seconds)


def states(door: Door) -> dict[str, str]:
    """Give every step's state."""
    with door.read() as tx:
        return dict(tx.execute(select(step.c.key, step.c.state)).tuples().all())


def test_the_newest_migration_is_alembics_head() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_current_head() == _newest()


def test_two_that_open_a_new_ledger_at_once_both_find_it_up_to_date(url: str) -> None:
    # Processes, for Alembic has room for one upgrade in each.
    script = "import sys; from ledger.opening import open_ledger; open_ledger(sys.argv[1], 'acme')"
    words = [sys.executable, "-c", script, url]
    begun = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[1] for process in begun] == ["", ""]


def test_the_tables_are_those_of_the_migrations(url: str) -> None:
    engine = create_engine(url)
    upgrade(engine)
    with engine.connect() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_opening_twice_changes_nothing(door: Door, url: str) -> None:
    again = open_ledger(url, "acme")
    with again.read() as tx:
        assert set(phases.standing(tx, "acme")) == {"first", "second"}
    again.engine.dispose()


def test_a_lease_has_one_holder_and_its_token_grows(door: Door) -> None:
    held = take(door)
    with pytest.raises(leases.BusyError, match="test is at work on acme"):
        take(door)
    with door.write("release") as tx:
        leases.release(tx, held)
    assert take(door).token == held.token + 1


def test_leases_of_two_purposes_go_side_by_side(door: Door) -> None:
    assert {take(door).purpose, take(door, purpose="export").purpose} == {"tick", "export"}


def test_a_step_is_claimed_once_done_once(door: Door) -> None:
    held, due = take(door), some_steps(3)
    with door.write("claim") as tx:
        assert steps.claim(tx, held, due, NOW) == due
    with door.write("mark") as tx:
        steps.mark(tx, held, [(due[0].key, StepState.DONE, "")], NOW)
        steps.mark(tx, held, [(due[1].key, StepState.ON_WIRE, "")], NOW)
    with door.write("claim") as tx:
        assert steps.claim(tx, held, due, NOW) == [due[2]]


def test_a_settled_step_stays_settled(door: Door) -> None:
    held, due = take(door), some_steps(1)
    with door.write("claim") as tx:
        steps.claim(tx, held, due, NOW)
        steps.mark(tx, held, [(due[0].key, StepState.DONE, "sent")], NOW)
        steps.mark(tx, held, [(due[0].key, StepState.REFUSED, "late")], NOW)
    assert states(door) == {due[0].key: StepState.DONE}


def test_nothing_is_claimed_while_paused_but_for_undoing(door: Door) -> None:
    held, due = take(door), some_steps(1)
    with door.write("pause") as tx:
        records.pause(tx, "acme", "it", "the line is down", NOW)
    with pytest.raises(steps.PausedError), door.write("claim") as tx:
        steps.claim(tx, held, due, NOW)
    assert states(door) == {}
    with door.write("claim") as tx:
        assert steps.claim(tx, held, due, NOW, undoing=True) == due


def test_a_worker_whose_lease_ran_out_claims_and_marks_nothing(door: Door) -> None:
    dead, due = take(door, seconds=-1), some_steps(1)
    held = take(door)
    for work in (
        lambda tx: steps.claim(tx, dead, due, NOW),
        lambda tx: steps.mark(tx, dead, [(due[0].key, StepState.DONE, "")], NOW),
    ):
        with pytest.raises(leases.LeaseLostError), door.write("late") as tx:
            work(tx)
    assert states(door) == {}
    assert held.token == dead.token + 1


def test_what_a_dead_worker_left_on_the_wire_is_found(door: Door) -> None:
    dead, due = take(door), some_steps(2)
    with door.write("claim") as tx:
        steps.claim(tx, dead, due, NOW)
        steps.mark(tx, dead, [(due[0].key, StepState.ON_WIRE, "")], NOW)
        leases.release(tx, dead)
    held = take(door)
    with door.read() as tx:
        assert steps.orphans(tx, held) == {due[0].key: "notice.welcome"}
        assert steps.orphans(tx, dead) == {}


def test_many_steps_are_claimed_in_one_go(door: Door) -> None:
    held, due = take(door), some_steps(1000)
    with door.write("claim") as tx:
        assert len(steps.claim(tx, held, due, NOW)) == 1000
    with door.write("claim") as tx:
        assert len(steps.claim(tx, held, due, NOW)) == 1000
    assert len(states(door)) == 1000


def test_a_phase_moves_by_named_moves_only(door: Door) -> None:
    with door.write("move") as tx:
        first = phases.standing(tx, "acme")["first"]
        phases.record(tx, "acme", first.move(Verb.PREPARE, "it is time"), "tick", NOW)
        now = phases.standing(tx, "acme")["first"]
    assert now.state is State.PREPARING
    with pytest.raises(NotAllowedError, match="first is preparing: launch may start only from"):
        now.move(Verb.LAUNCH, "too early")


def test_the_database_refuses_a_pair_that_is_not_allowed(door: Door) -> None:
    wrong = Move("first", Verb.LAUNCH, State.PLANNED, State.LIVE, 1, "forced")
    with pytest.raises(IntegrityError), door.write("move") as tx:
        phases.record(tx, "acme", wrong, "it", NOW)


def test_the_database_allows_the_pairs_of_the_rules_and_no_other(door: Door) -> None:
    with door.read() as tx:
        allowed = {tuple(pair) for pair in tx.execute(select(allowed_transition))}
    assert allowed == {tuple(pair.values()) for pair in phases.allowed_pairs()}
    into = {start for start, end in allowed if end == State.SKIPPED}
    assert into == {"planned", "preparing", "ready", "live", "paused"}


@pytest.mark.parametrize("start", [State.ROLLED_BACK, State.PASSED])
def test_the_database_refuses_to_skip_what_is_over(door: Door, start: State) -> None:
    verbs = [Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH, Verb.PASS_GATE]
    if start is State.ROLLED_BACK:
        verbs = [Verb.PREPARE, Verb.ROLL_BACK, Verb.FINISH_ROLL_BACK]
    with door.write("move") as tx:
        for verb in verbs:
            phases.record(tx, "acme", phases.standing(tx, "acme")["first"].move(verb, ""), "", NOW)
    wrong = Move("first", Verb.SKIP, start, State.SKIPPED, 1, "forced")
    with pytest.raises(IntegrityError), door.write("move") as tx:
        phases.record(tx, "acme", wrong, "it", NOW)


def test_a_ledger_from_before_phases_could_be_skipped_is_brought_up(url: str) -> None:
    engine, config = create_engine(url), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    older = [p for p in phases.allowed_pairs() if p["to_state"] != State.SKIPPED]
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0006")
        tx.execute(insert(allowed_transition), older)
        command.upgrade(config, "head")
        allowed = {tuple(pair) for pair in tx.execute(select(allowed_transition))}
    assert allowed == {tuple(pair.values()) for pair in phases.allowed_pairs()}
    engine.dispose()


def test_the_database_refuses_to_start_where_the_phase_does_not_stand(door: Door) -> None:
    with door.read() as tx:
        first = phases.standing(tx, "acme")["first"]
    with door.write("move") as tx:
        phases.record(tx, "acme", first.move(Verb.PREPARE, "one"), "one", NOW)
    with pytest.raises(IntegrityError), door.write("move") as tx:
        phases.record(tx, "acme", first.move(Verb.PREPARE, "two"), "two", NOW)


def test_of_two_actors_one_advances(door: Door) -> None:
    with door.read() as tx:
        move = phases.standing(tx, "acme")["first"].move(Verb.PREPARE, "both")
    outcomes: list[str] = []

    def act(name: str) -> None:
        try:
            with door.write("move") as tx:
                phases.record(tx, "acme", move, name, NOW)
            outcomes.append("moved")
        except IntegrityError:
            outcomes.append("refused")

    actors = [threading.Thread(target=act, args=(f"actor {n}",)) for n in range(4)]
    for actor in actors:
        actor.start()
    for actor in actors:
        actor.join(30)
    assert sorted(outcomes) == ["moved", "refused", "refused", "refused"]
    with door.read() as tx:
        assert len(tx.execute(select(transition).where(transition.c.seq > 1)).all()) == 1


def test_resuming_goes_back_to_where_it_was_paused(door: Door) -> None:
    with door.write("move") as tx:
        for verb in (Verb.PREPARE, Verb.PAUSE, Verb.RESUME):
            now = phases.standing(tx, "acme")["first"]
            phases.record(tx, "acme", now.move(verb, "because"), "it", NOW)
        assert phases.standing(tx, "acme")["first"].state is State.PREPARING


def test_a_changed_audit_trail_is_noticed(door: Door) -> None:
    with door.write("say") as tx:
        for number in range(3):
            audit.append(tx, "acme", NOW, "it", "said", {"number": number})
    with door.read() as tx:
        assert [e.event for e in audit.trail(tx, "acme")][-3:] == ["said"] * 3
    with door.write("forge") as tx:
        tx.execute(update(audit_table).where(audit_table.c.seq == 2).values(data='{"number": 9}'))
    with pytest.raises(audit.BrokenChainError, match="entry 2"), door.read() as tx:
        audit.trail(tx, "acme")


def test_a_removed_audit_entry_is_noticed(door: Door) -> None:
    with door.write("say") as tx:
        for number in range(3):
            audit.append(tx, "acme", NOW, "it", "said", {"number": number})
        tx.execute(audit_table.delete().where(audit_table.c.seq == 1))
    with pytest.raises(audit.BrokenChainError), door.read() as tx:
        audit.trail(tx, "acme")


def test_a_token_is_kept_as_its_hash_and_the_newest_counts(door: Door) -> None:
    with door.write("token") as tx:
        old = records.make_token(tx, "acme", "r.sital", "it", NOW)
        new = records.make_token(tx, "acme", "r.sital", "it", NOW)
        assert records.owner(tx, "acme", new) == "r.sital"
        assert records.owner(tx, "acme", old) is None
    with door.read() as tx:
        kept = " ".join(str(r) for t in metadata.sorted_tables for r in tx.execute(select(t)))
    assert new not in kept


def test_a_failed_transaction_leaves_nothing(door: Door) -> None:
    with pytest.raises(ZeroDivisionError), door.write("fail") as tx:  # noqa: PT012 - both matter
        records.confirm(tx, "acme", "first/backup", "it", NOW)
        _ = 1 / 0
    with door.read() as tx:
        assert records.confirmed(tx, "acme") == frozenset()


def test_failpoints_are_passed_before_and_after_each_commit(url: str) -> None:
    places: list[str] = []
    door = open_ledger(url, "acme", places.append)
    with door.write("claim"):
        pass
    assert places == ["claim:before-commit", "claim:after-commit"]
    door.engine.dispose()


def test_moments_without_a_zone_are_refused(door: Door) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="no zone"), door.write("naive") as tx:  # noqa: PT012
        row = {"rollout": "acme", "key": "k", "kind": "k", "phase": "first", "attempt": 1}
        tx.execute(insert(step).values(**row, occurrence="-", state="done", due=naive, at=NOW))


def test_dates_that_move_keep_their_number(door: Door) -> None:
    with door.write("dates") as tx:
        now = phases.standing(tx, "acme")["first"].dates
        assert now.launch is not None
        later = replace(now, launch=now.launch + timedelta(weeks=1), sequence=1)
        phases.set_dates(tx, "acme", "first", later, "it holds", NOW)
        assert phases.standing(tx, "acme")["first"].dates == later
