"""Opening a ledger: its tables are brought up to date by Alembic, once, before anything else."""

from functools import cache
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
    with engine.connect() as tx:
        if MigrationContext.configure(tx).get_current_revision() == _newest():
            return
    config = _config()
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
        write_allowed(tx)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@cache
def _newest() -> str | None:
    """Tell the newest version there is; the migrations are read once."""
    return ScriptDirectory.from_config(_config()).get_current_head()
