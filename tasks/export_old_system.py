"""Export old system, as a task whose progress stands in Prefect."""

from contextlib import suppress
from datetime import datetime
from typing import cast
from uuid import UUID

from httpx import HTTPError
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException

from actions.hands import Did, Verb
from archive.progress import Meter, Standing
from tasks.shell import shell, work


@shell("export old system")
def export_old_system(rollout: str, now: datetime) -> Did:
    """Export the old system and prove the archive, under a lease that the verb takes itself."""
    shown = Shown(f"{rollout}-export")
    return work(Verb.EXPORT_OLD_SYSTEM, rollout, None, now, None, Meter(shown))


class Shown:
    """A progress artifact: counts, rate and time left, and the name of a table."""

    def __init__(self, key: str) -> None:
        """Take the artifact's key; it is made with the first word of progress."""
        self._key = key
        self._made: UUID | None = None

    def __call__(self, standing: Standing) -> None:
        """Show how far the export is; an export goes on where the server does not answer."""
        share = 100 * (standing.share or 0.0)
        with suppress(PrefectException, HTTPError, OSError):
            if self._made is None:
                made = create_progress_artifact(share, self._key, standing.line)
                self._made = cast("UUID", made)
            else:
                update_progress_artifact(self._made, share, standing.line)
