"""Secrets and settings of one machine: never in a plan, never in a log."""

import os
from collections.abc import Mapping
from pathlib import Path

PREFIX = "secret:"


class MissingSecretError(Exception):
    """A plan names a secret this machine does not have. The message says where to put it."""


def secret_finder(folder: Path, environment: Mapping[str, str] = os.environ) -> "Finder":
    """Give the finder of secrets: the environment first, then files of `<folder>/.secrets`."""
    return Finder(folder / ".secrets", environment)


class Finder:
    """Finds `secret:NAME` in CHANGEOVER_SECRET_NAME, or in a file of that name."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Keep where to look."""
        self._folder = folder
        self._environment = environment

    def __call__(self, text: str) -> str:
        """Give the value of `secret:NAME`; any other text is itself."""
        if not text.startswith(PREFIX):
            return text
        name = text.removeprefix(PREFIX)
        if not name:
            msg = f"{PREFIX} names no secret; write it like {PREFIX}atlas-token"
            raise MissingSecretError(msg)
        variable = "CHANGEOVER_SECRET_" + name.upper().replace("-", "_")
        if variable in self._environment:
            return self._environment[variable]
        file = self._folder / name
        if file.is_file() and file.resolve().parent == self._folder.resolve():
            return file.read_text(encoding="utf-8").strip()
        msg = f"the secret {name} is not set: put it in {variable}, or in .secrets/{name}"
        raise MissingSecretError(msg)
