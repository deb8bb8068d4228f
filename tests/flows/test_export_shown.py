"""How far an export is, as a real Prefect server shows it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact

from actions.hands import Did
from tasks.export_old_system import export_old_system

if TYPE_CHECKING:
    from tests.flows.conftest import Rollout

NOW = datetime(2026, 2, 12, 9, tzinfo=UTC)


def shown() -> list[Artifact]:
    key = ArtifactFilter(key=ArtifactFilterKey(any_=["kept-export"]))
    with get_client(sync_client=True) as client:
        return client.read_artifacts(artifact_filter=key)


@flow(name="an export by itself")
def exporting(rollout: str) -> Did:
    return export_old_system(rollout, NOW)


def test_an_export_shows_how_far_it_is_and_nothing_of_what_is_in_it(archiving: "Rollout") -> None:
    did = exporting("kept")
    assert did.needs == ()
    (made,) = shown()
    assert (made.type, made.data) == ("progress", 100.0)
    assert made.task_run_id is not None
    # Made by the first table, brought up to date by the second.
    assert made.updated is not None
    assert made.created is not None
    assert made.updated > made.created
    assert str(made.description).startswith("2 of 2 tables, 501 rows, ")
    assert "Wongsodikromo" not in made.model_dump_json()
