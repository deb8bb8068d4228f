"""Which Prefect server a command speaks to: the one configured, else that of `changeover up`."""

import os
from pathlib import Path

ANSWER_SECONDS = 3
HOME = Path(".changeover/prefect")
NONE_CONFIGURED = "no Prefect server is configured or running here"


def address_file(home: Path) -> Path:
    """Give where `changeover up` keeps the address of its server's API while it runs."""
    return home / "api-address"


def configured() -> str | None:
    """Give the API's address: PREFECT_API_URL, else that of an `up` in this folder, else None."""
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    try:
        return address_file(HOME).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def answers(url: str) -> bool:
    """Whether a Prefect server answers there; one that asks for a password does, too."""
    import httpx

    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=ANSWER_SECONDS).status_code in {
            *(httpx.codes.OK, httpx.codes.UNAUTHORIZED),
        }
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
