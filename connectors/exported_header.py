"""The first line of an exported table."""

from collections.abc import Sequence

from connectors.errors import Misconfigured


def checked(cells: Sequence[str], name: str) -> list[str]:
    """Give a table's column names; Misconfigured where one is empty or stands there twice."""
    said = "to keep the file as it is and not as a table, leave out its rows in the plan"
    if not cells or "" in cells:
        raise Misconfigured(f"{name}: a column has no name in the first line; {said}")
    if len({*cells}) < len(cells):
        twice = next(cell for cell in cells if cells.count(cell) > 1)
        raise Misconfigured(f"{name}: the column {twice!r} stands there twice; {said}")
    return list(cells)
