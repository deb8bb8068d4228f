"""What `changeover plan` warns of the old system's end, which is months away when it is planned."""

from collections.abc import Iterator
from pathlib import Path

from config.loading import Place
from config.plan import Plan
from config.secrets import PREFIX, MissingSecretError, secret_finder
from rollout.ceremony import ceremony
from rollout.looser import looser

Warned = Iterator[tuple[Place, str]]


def warnings_of_the_end(plan: Plan, folder: Path, people: int) -> Warned:
    """Give what would stop the old system's end on its day, or is looser than usual."""
    old = plan.old_system
    if old.url is not None:
        yield from _database(old.url, folder)
    for number, name in enumerate(old.files):
        if not (folder / name).exists():
            said = f"{name} is not there; the export stops without it"
            yield ("old_system", "files", number), said
    yield from _in_the_open(plan)
    yield from looser(plan, ceremony(people))


def _database(url: str, folder: Path) -> Warned:
    from connectors.errors import Misconfigured
    from connectors.old_sql_engine import engines_of
    from connectors.opening import placed

    try:
        engines_of(placed(secret_finder(folder)(url), folder))
    except MissingSecretError:
        return  # told with the other secrets
    except Misconfigured as error:
        yield ("old_system", "url"), str(error)


def _in_the_open(plan: Plan) -> Warned:
    """Passwords that stand in the plan, which many people read."""
    archive = plan.decommission.archive
    urls: dict[Place, str | None] = {
        ("old_system", "url"): plan.old_system.url,
        ("decommission", "archive", "drill"): archive.drill,
    }
    for place, url in urls.items():
        if url is not None and _has_password(url):
            yield place, f"has a password in the plan; write {PREFIX}NAME, and keep it elsewhere"
    secret = archive.copy_to.secret if archive.copy_to else None
    if secret is not None and not secret.startswith(PREFIX):
        at: Place = ("decommission", "archive", "copy_to", "secret")
        yield at, f"stands in the plan; write {PREFIX}NAME, and keep it elsewhere"


def _has_password(url: str) -> bool:
    before, at, _ = url.partition("://")[2].rpartition("@")
    return bool(at) and ":" in before
