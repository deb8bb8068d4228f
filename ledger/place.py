"""Where the ledger is: its address, and whether anything is there yet."""

import os
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url

LEDGER_VARIABLE = "CHANGEOVER_LEDGER"
LEDGER_HERE = "sqlite:///.changeover/ledger.sqlite"


def ledger_url(environment: Mapping[str, str] = os.environ) -> str:
    """Give the ledger's address: CHANGEOVER_LEDGER, else a file below the present folder."""
    return environment.get(LEDGER_VARIABLE, LEDGER_HERE)


def is_there(url: str) -> bool:
    """Whether there is a ledger to read: a file of SQLite's is not made by looking at it."""
    found = make_url(url)
    return found.get_backend_name() != "sqlite" or Path(found.database or "").is_file()
