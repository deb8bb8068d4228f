"""Options that many commands have, as the library that reads command lines wants them."""

from typing import Annotated

from cyclopts import Parameter

from cli.book import ROLLOUT_VARIABLE, TOKEN_VARIABLE


def in_words(_: object, value: object) -> None:
    """Refuse (ValueError) a text that says nothing, where it is to be read later."""
    if isinstance(value, str) and not value.strip():
        msg = "it is read later: say it in words"
        raise ValueError(msg)


RolloutName = Annotated[
    str | None, Parameter(name="--rollout", help=f"Its name; else {ROLLOUT_VARIABLE}, or the one.")
]
Token = Annotated[
    str | None,
    Parameter(
        name="--token",
        allow_leading_hyphen=True,  # one token in 64 begins with one
        help=f"Your personal token; else {TOKEN_VARIABLE}.",
    ),
]
