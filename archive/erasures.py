"""What an archive says was erased from it: whether that holds together, and what it came from."""

from collections.abc import Iterator, Sequence

from archive.digests import TableDigest
from archive.manifest import Manifest


def erasure_problems(manifest: Manifest) -> Iterator[str]:
    """Say where the record of what was erased does not hold together."""
    last: dict[str, TableDigest] = {}
    for each in manifest.erasures:
        known = last.get(each.table)
        if each.rows < 1 or each.before.rows - each.after.rows != each.rows:
            yield f"{each.table}: the record of an erasure does not add up"
        elif known is not None and known != each.before:
            yield f"{each.table}: an erasure is missing from the record"
        last[each.table] = each.after
    for archived in manifest.tables:
        if last.get(archived.table.id, archived.digest) != archived.digest:
            yield f"{archived.table.name}: not as its last erasure left it"


def predecessors(manifest: Manifest) -> Sequence[str]:
    """Give the seals of the archives this one was made of, oldest first."""
    return [each.predecessor for each in manifest.erasures]
