"""Tables of evidence, and of what was concluded from it: decisions and archives."""

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, String, Table, Text

from ledger.columns import Moment, metadata, of_rollout

day_rows = Table(
    "day_rows",
    metadata,
    of_rollout(),
    Column("source", String(20), primary_key=True),
    Column("what", String(80), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("people", LargeBinary, nullable=False),
    Column("done", LargeBinary),
    Column("below", LargeBinary, nullable=False),
    Column("times", LargeBinary),
)
"""What people do day after day, by the day (`gates.days`): a bit a person, not a row."""

attendance = Table(
    "attendance",
    metadata,
    of_rollout(),
    Column("person", String(12), primary_key=True),
    Column("training", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("attended", Boolean, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    of_rollout(),
    Column("id", String(80), primary_key=True),
    Column("person", String(12)),
    Column("at", Moment, nullable=False),
    Column("satisfaction", Float),
    Column("nps", Float),
    Column("comment", Text),
)

ticket = Table(
    "ticket",
    metadata,
    of_rollout(),
    Column("id", String(80), primary_key=True),
    Column("person", String(12)),
    Column("opened", Date, nullable=False),
    Column("closed", Date),
    Column("tier", Integer),
)


old_login = Table(
    "old_login",
    metadata,
    of_rollout(),
    Column("person", String(12), primary_key=True),
    Column("day", Date, nullable=False),
)

measured = Table(
    "measured",
    metadata,
    of_rollout(),
    Column("measure", String(40), primary_key=True),
    Column("person", String(12), primary_key=True),
    Column("week", Date, primary_key=True),
    Column("value", Float, nullable=False),
    Column("days", Integer, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    of_rollout(),
    Column("source", String(60), primary_key=True),
    Column("as_of", Moment),
    Column("rows", Integer, nullable=False),
    Column("read_at", Moment, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("phase", String(40), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("document", JSON, nullable=False),
)

archived = Table(
    "archived",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("proved", Boolean, nullable=False),
    Column("report", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
)

archive_key = Table(
    "archive_key",
    metadata,
    of_rollout(),
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)

archive_opened = Table(
    "archive_opened",
    metadata,
    of_rollout(),
    Column("seal", String(64), primary_key=True),
    Column("recipient", String(64), primary_key=True),
    Column("by", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)

keeper_invited = Table(
    "keeper_invited",
    metadata,
    of_rollout(),
    Column("step", String(200), primary_key=True),
    Column("sent", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)
"""What each keeper of the archive was sent (`rollout.invited`), so that it can be taken back."""
