"""The ledger's tables. Moments are aware UTC; days are local dates of the rollout.

Two things the database itself refuses: a transition that does not start where the phase stands
(each names the one before it), and a pair of states that is not in `allowed_transition`.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

import ledger.evidence_tables  # noqa: F401 - its tables belong to the same metadata
from ledger.columns import Moment, metadata, of_rollout
from rollout.steps import StepState

rollout = Table(
    "rollout",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("folder", Text, nullable=False),
    Column("applied_at", Moment, nullable=False),
    Column("applied_by", String(200), nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("only_to", String(320)),
    Column("paused_at", Moment),
    Column("paused_by", String(200)),
    Column("pause_reason", Text),
    Column("ticked_at", Moment),
)

person = Table(
    "person",
    metadata,
    of_rollout(),
    Column("key", String(12), primary_key=True),
    Column("identity", String(320), nullable=False),
    Column("email", String(320), nullable=False),
    Column("given", String(200), nullable=False),
    Column("family", String(200), nullable=False),
    Column("site", String(40), nullable=False),
    Column("department", String(200), nullable=False),
    Column("language", String(2), nullable=False),
    Column("pilot", Boolean, nullable=False),
    Column("volunteer", Boolean, nullable=False),
    Column("usage", Float),
    Column("manager", String(320)),
    Column("joined_on", Date, nullable=False),
    Column("left_on", Date),
    Column("excluded", Text),
    Column("phase", String(40)),
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("rollout", "identity"),
)

allowed_transition = Table(
    "allowed_transition",
    metadata,
    Column("from_state", String(20), primary_key=True),
    Column("to_state", String(20), primary_key=True),
)

transition = Table(
    "transition",
    metadata,
    of_rollout(),
    Column("phase", String(40), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("before_seq", Integer),
    Column("verb", String(20), nullable=False),
    Column("from_state", String(20)),
    Column("to_state", String(20), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", Integer),
    UniqueConstraint("rollout", "phase", "seq", "to_state", name="uq_transition_end"),
    ForeignKeyConstraint(
        ["from_state", "to_state"],
        ["allowed_transition.from_state", "allowed_transition.to_state"],
        name="fk_transition_allowed",
    ),
    ForeignKeyConstraint(
        ["rollout", "phase", "before_seq", "from_state"],
        ["transition.rollout", "transition.phase", "transition.seq", "transition.to_state"],
        name="fk_transition_before",
    ),
    CheckConstraint("(seq = 1) = (before_seq IS NULL)", name="first_has_none_before"),
    CheckConstraint("seq = 1 OR before_seq = seq - 1", name="follows"),
    CheckConstraint("(seq = 1) = (from_state IS NULL)", name="first_starts_nowhere"),
)

phase_dates = Table(
    "phase_dates",
    metadata,
    of_rollout(),
    Column("phase", String(40), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("launch", Date),
    Column("soak_ends_on", Date),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

_STATES = ", ".join(f"'{s}'" for s in StepState)

step = Table(
    "step",
    metadata,
    of_rollout(),
    Column("key", String(160), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("phase", String(40), nullable=False),
    Column("person", String(12)),
    Column("attempt", Integer, nullable=False),
    Column("occurrence", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("token", Integer),
    Column("due", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    Index("ix_step_state", "rollout", "state"),
)

account = Table(
    "account",
    metadata,
    of_rollout(),
    Column("person", String(12), primary_key=True),
    Column("id", String(200), nullable=False),
    Column("ours", Boolean, nullable=False),
    Column("was_active", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("activated_on", Date),
)

old_value = Table(
    "old_value",
    metadata,
    of_rollout(),
    Column("switch", String(200), primary_key=True),
    Column("person", String(12), primary_key=True),
    Column("before", Text),
    Column("at", Moment, nullable=False),
)

probe = Table(
    "probe",
    metadata,
    of_rollout(),
    Column("at", Moment, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("known", String(64), nullable=False),
)

old_attempt = Table(
    "old_attempt",
    metadata,
    of_rollout(),
    Column("day", Date, nullable=False),
    Column("at", Moment, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    of_rollout(),
    Column("purpose", String(20), primary_key=True),
    Column("token", Integer, nullable=False),
    Column("holder", String(200), nullable=False),
    Column("until", Float, nullable=False),
)

order = Table(
    "orders",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("target", String(80), nullable=False),
    Column("by", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Text),
)

approval = Table(
    "approval",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("subject", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("requester", String(200), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("rollout", "subject", "digest", "by"),
)

token = Table(
    "token",
    metadata,
    of_rollout(),
    Column("name", String(200), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    of_rollout(),
    Column("item", String(80), primary_key=True),
    Column("by", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("severity", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("phase", String(40)),
    Column("workaround", Text),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", String(200), nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String(200)),
)

outage = Table(
    "outage",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("site", String(40)),
    Column("what", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
)

audit = Table(
    "audit",
    metadata,
    of_rollout(),
    Column("seq", Integer, primary_key=True),
    Column("before_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("by", String(200), nullable=False),
    Column("event", String(40), nullable=False),
    Column("data", Text, nullable=False),
)
