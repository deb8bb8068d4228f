"""An archive's tables as pages to look at, by Datasette, read-only."""

from pathlib import Path
from typing import Any

from archive import sqlite_copy
from archive.manifest import load
from archive.signature import signer

SETTINGS = {
    # Whole tables leave by other doors, where somebody answers for it.
    "allow_download": False,
    "allow_csv_stream": False,
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 3000,
    "num_sql_threads": 2,
}


def tables_app(archive: Path) -> Any:  # noqa: ANN401 - Datasette's own class, which is optional
    """Give the pages of a verified archive as an ASGI app; ImportError where Datasette is not.

    The file is opened as one that cannot change, so that nothing is written beside it.
    """
    from datasette.app import Datasette  # noqa: PLC0415 - an extra that not everybody installs

    manifest = load(archive)
    keep = f"to be kept until {manifest.keep_until}; " if manifest.keep_until else ""
    words = (
        f"Made on {manifest.made_at.date()}, {manifest.rows:,} rows; {keep}"
        f"signed with {signer(archive) or 'no key'}. For looking up only."
    )
    metadata = {"title": f"Archive: {manifest.rollout}", "description": words}
    return Datasette(
        immutables=[str(archive / sqlite_copy.FILE)], metadata=metadata, settings=SETTINGS
    ).app()
