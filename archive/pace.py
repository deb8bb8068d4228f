"""How many rows to hold at once, so that memory stays flat however wide they are."""

from archive.canonical import Columns
from archive.schema import Logical, Table

_AIM_CHARACTERS = 4_000_000
_MOST_ROWS = 500
_FIRST_ROWS = 32
ELASTIC = {
    *(Logical.TEXT, Logical.BLOB, Logical.JSON, Logical.ARRAY, Logical.VARIANT, Logical.DECIMAL)
}
"""Types whose values may be of any length."""


class Pace:
    """Batch sizes for one table, from the width of the rows seen so far."""

    def __init__(self, table: Table) -> None:
        """Start carefully: the first rows may be wide."""
        self._elastic = [at for at, kind in enumerate(table.types) if kind in ELASTIC]
        self.rows = _FIRST_ROWS if self._elastic else _MOST_ROWS

    def saw(self, columns: Columns) -> None:
        """Learn from a batch; at most four times as many rows follow."""
        count = len(columns[0])
        if not self._elastic or not count:
            return
        width = sum(sum(map(len, filter(None, columns[at]))) for at in self._elastic)
        fitting = _AIM_CHARACTERS * count // (width + 1)
        self.rows = max(1, min(fitting, count * 4, _MOST_ROWS))
