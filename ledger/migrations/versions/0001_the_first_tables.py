"""the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this version."""
    op.create_table(
        "allowed_transition",
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("from_state", "to_state", name=op.f("pk_allowed_transition")),
    )
    op.create_table(
        "rollout",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(length=200), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("only_to", sa.String(length=320), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.String(length=200), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rollout")),
    )
    op.create_table(
        "account",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_account_rollout")),
        sa.PrimaryKeyConstraint("rollout", "person", name=op.f("pk_account")),
    )
    op.create_table(
        "activity",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_activity_rollout")),
        sa.PrimaryKeyConstraint("rollout", "person", "day", name=op.f("pk_activity")),
    )
    op.create_table(
        "answer",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("satisfaction", sa.Float(), nullable=True),
        sa.Column("nps", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_answer_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_answer")),
    )
    op.create_table(
        "approval",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("requester", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_approval_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_approval")),
        sa.UniqueConstraint("rollout", "subject", "digest", "by", name=op.f("uq_approval_rollout")),
    )
    op.create_table(
        "archived",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_archived_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_archived")),
    )
    op.create_table(
        "attendance",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("training", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_attendance_rollout")),
        sa.PrimaryKeyConstraint("rollout", "person", "training", "day", name=op.f("pk_attendance")),
    )
    op.create_table(
        "audit",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("before_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_audit_rollout")),
        sa.PrimaryKeyConstraint("rollout", "seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    op.create_table(
        "confirmation",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout"], ["rollout.name"], name=op.f("fk_confirmation_rollout")
        ),
        sa.PrimaryKeyConstraint("rollout", "item", name=op.f("pk_confirmation")),
    )
    op.create_table(
        "decision",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_decision_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_decision")),
    )
    op.create_table(
        "evidence",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_evidence_rollout")),
        sa.PrimaryKeyConstraint("rollout", "source", name=op.f("pk_evidence")),
    )
    op.create_table(
        "incident",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=True),
        sa.Column("workaround", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_incident_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_incident")),
    )
    op.create_table(
        "lease",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_lease_rollout")),
        sa.PrimaryKeyConstraint("rollout", "purpose", name=op.f("pk_lease")),
    )
    op.create_table(
        "old_value",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("switch", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_old_value_rollout")),
        sa.PrimaryKeyConstraint("rollout", "switch", "person", name=op.f("pk_old_value")),
    )
    op.create_table(
        "orders",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_orders_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_orders")),
    )
    op.create_table(
        "person",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("identity", sa.String(length=320), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("given", sa.String(length=200), nullable=False),
        sa.Column("family", sa.String(length=200), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("volunteer", sa.Boolean(), nullable=False),
        sa.Column("usage", sa.Float(), nullable=True),
        sa.Column("manager", sa.String(length=320), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("excluded", sa.Text(), nullable=True),
        sa.Column("phase", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_person_rollout")),
        sa.PrimaryKeyConstraint("rollout", "key", name=op.f("pk_person")),
        sa.UniqueConstraint("rollout", "identity", name=op.f("uq_person_rollout")),
    )
    op.create_table(
        "phase_dates",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("launch", sa.Date(), nullable=True),
        sa.Column("soak_ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_phase_dates_rollout")),
        sa.PrimaryKeyConstraint("rollout", "phase", "sequence", name=op.f("pk_phase_dates")),
    )
    op.create_table(
        "step",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("token", sa.Integer(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'claimed', 'on_wire', 'done', 'refused', 'unknown', 'skipped')",
            name=op.f("ck_step_state"),
        ),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_step_rollout")),
        sa.PrimaryKeyConstraint("rollout", "key", name=op.f("pk_step")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index("ix_step_state", ["rollout", "state"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=True),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_ticket_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_ticket")),
    )
    op.create_table(
        "token",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_token_rollout")),
        sa.PrimaryKeyConstraint("rollout", "name", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
    )
    op.create_table(
        "transition",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("before_seq", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(seq = 1) = (before_seq IS NULL)", name=op.f("ck_transition_first_has_none_before")
        ),
        sa.CheckConstraint(
            "(seq = 1) = (from_state IS NULL)", name=op.f("ck_transition_first_starts_nowhere")
        ),
        sa.CheckConstraint("seq = 1 OR before_seq = seq - 1", name=op.f("ck_transition_follows")),
        sa.ForeignKeyConstraint(
            ["from_state", "to_state"],
            ["allowed_transition.from_state", "allowed_transition.to_state"],
            name="fk_transition_allowed",
        ),
        sa.ForeignKeyConstraint(
            ["rollout", "phase", "before_seq", "from_state"],
            ["transition.rollout", "transition.phase", "transition.seq", "transition.to_state"],
            name="fk_transition_before",
        ),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_transition_rollout")),
        sa.PrimaryKeyConstraint("rollout", "phase", "seq", name=op.f("pk_transition")),
        sa.UniqueConstraint("rollout", "phase", "seq", "to_state", name="uq_transition_end"),
    )


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
