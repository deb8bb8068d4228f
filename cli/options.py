"""Options that many commands have, as the library that reads command lines wants them."""

from typing import Annotated

from cyclopts import Parameter

from cli.book import ROLLOUT_VARIABLE, TOKEN_VARIABLE

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
