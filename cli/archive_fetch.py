"""`changeover archive fetch`: bring a copy of an archive back, and check it."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from archive.errors import ArchiveError, Broken, Occupied
from cli.archive import NewFolder, Signer, proper


def fetch(
    url: Annotated[str, Parameter(help="Like s3://bucket/folder/NAME, or a folder.")],
    into: NewFolder,
    *,
    endpoint: Annotated[str | None, Parameter(help="Address of the S3 service.")] = None,
    signer: Signer = None,
) -> None:
    """Fetch a copy of an archive, whose keys the machine has (AWS_ACCESS_KEY_ID), and verify it."""
    from archive.verify import verify
    from config.archive import CopyTo
    from connectors.archive_store import ArchiveStore

    wanted = proper(signer)  # a slip is told before hours of fetching
    if into.exists():
        raise Occupied(f"{into} exists already: name a folder that does not")
    place, _, name = url.rstrip("/").rpartition("/")
    if not place or not name:
        raise ArchiveError(f"{url} names no archive in a place: write PLACE/NAME")
    store = ArchiveStore(CopyTo(url=place, endpoint=endpoint), Path(os.curdir), str)
    store.get(name, into)
    found = verify(into, None, wanted)
    if not found.holds:
        raise Broken(found.line)
    print(found.line)
