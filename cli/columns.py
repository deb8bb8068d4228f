"""Rows in columns, as plain text: a quick command has no time to load more."""

from collections.abc import Iterator, Sequence

GAP = "   "


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give each row as a line; cells of a column begin below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield GAP.join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
