"""The plan's SQL, looked at once more before it runs (`config.statements`).

The plan was checked when it was loaded; whatever reaches a database is checked here all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from config import statements
from config.statements import UnfitStatementError
from connectors.errors import Refused


def checked_update(statement: str, parameters: set[str]) -> str:
    """Give an UPDATE that may run; Refused where it is more than that, or lacks a parameter."""
    with _refused():
        return statements.checked_update(statement, parameters)


def checked_right(statement: str, value: str) -> str:
    """Give an ALTER, GRANT or REVOKE that may run, with :value put in; Refused otherwise."""
    with _refused():
        return statements.checked_right(statement, value)


def is_update(statement: str) -> bool:
    """Tell whether a switch's statement sets a value; Refused where it is none of the verbs."""
    with _refused():
        return statements.is_update(statement)


def checked_select(statement: str, parameters: set[str]) -> str:
    """Give a SELECT that may be asked; Refused where it is anything else."""
    with _refused():
        return statements.checked_select(statement, parameters)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except UnfitStatementError as error:
        raise Refused(f"{error}: mend the plan") from None
