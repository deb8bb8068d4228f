"""The terminal, or the file or pipe in its place."""

import sys

from rich.console import Console

WIDE = 160
"""Columns where nobody's window sets the width."""


def screen() -> Console:
    """Give where a command prints; nothing in the texts is taken for markup."""
    width = None if sys.stdout.isatty() else WIDE
    return Console(highlight=False, markup=False, soft_wrap=True, width=width)
