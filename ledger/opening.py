"""Opening a ledger: its tables are brought up to date by Alembic, once, before anything else."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from ledger.door import Door, Failpoint, _nothing, open_engine
from ledger.phases import write_allowed

MIGRATIONS = Path(__file__).parent / "migrations"


def open_ledger(url: str, rollout: str, failpoint: Failpoint = _nothing) -> Door:
    """Give the door of a rollout's ledger, at the newest version of the tables."""
    engine = open_engine(url)
    upgrade(engine)
    return Door(engine, rollout, failpoint)


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date; quick where they are."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as tx:
        if MigrationContext.configure(tx).get_current_revision() == newest:
            return
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
        write_allowed(tx)
