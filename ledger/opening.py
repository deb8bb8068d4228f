"""Opening a ledger: its tables are brought up to date by Alembic, once, before anything else."""

from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import Engine, inspect, make_url, text

from ledger.door import LOCK, Door, Failpoint, _nothing, open_engine
from ledger.phases import write_allowed

MIGRATIONS = Path(__file__).parent / "migrations"


class OtherVersionError(Exception):
    """A ledger of a later version of Changeover. The message says what to do."""


def open_ledger(url: str, rollout: str, failpoint: Failpoint = _nothing) -> Door:
    """Give the door of a rollout's ledger, at the newest version of the tables."""
    engine = _engine(_whole(url))
    upgrade(engine)
    return Door(engine, rollout, failpoint)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    """Keep an address's engine: it remembers the statements it has put into words.

    Whoever is done disposes of its connections; the engine opens new ones when asked again.
    """
    return open_engine(url)


def _whole(url: str) -> str:
    """Name an SQLite file from the root on: the present folder may be another one next time."""
    found = make_url(url)
    if found.get_backend_name() != "sqlite" or not found.database:
        return url
    file = str(Path(found.database).absolute())
    return found.set(database=file).render_as_string(hide_password=False)


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date; quick where they are. OtherVersionError where they are newer."""
    found = _version(engine)
    if found == _newest():
        return
    if found is not None and found > _newest():
        msg = f"this ledger is a later version's ({found}): use the Changeover that made it so"
        raise OtherVersionError(msg)
    # Importing Alembic takes as long as a short command does in all.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # Of two that open an older ledger at once, the second waits and finds it done.
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(LOCK, {"name": "the tables themselves"})
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
        write_allowed(tx)


def _version(engine: Engine) -> str | None:
    """Give the version a ledger is at, as Alembic keeps it; None where there is no ledger yet."""
    with engine.connect() as tx:
        if not inspect(tx).has_table("alembic_version"):
            return None
        found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


@cache
def _newest() -> str:
    """Tell the newest version there is: the migrations' files are numbered."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("0*.py")).partition("_")[0]
