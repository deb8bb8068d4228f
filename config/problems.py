"""What is wrong with a plan: one clear line each, with the place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong: where, which key, and what to do."""

    file: str
    line: int
    """Counted from 1."""
    key: str
    message: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.file}:{self.line}  {self.key}: {self.message}"


class PlanError(Exception):
    """A plan that cannot be used. The message has one line for each problem."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems, and say them all."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
