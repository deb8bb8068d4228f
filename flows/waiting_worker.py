"""A worker started before there is a server: it is ready to go when the pool is there.

`python -m flows.waiting_worker POOL NAME` is `prefect worker start` but for the order: importing
takes seconds, and the server needs seconds too.
"""

import runpy
import sys
import time

import prefect.cli.worker
import prefect.workers.process  # noqa: F401 - what takes the time
from httpx import HTTPError
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

PAUSE_SECONDS = 0.2
LOOKS_AT_MOST = 1500


def main(pool: str, name: str) -> None:
    """Wait for the pool, then be a worker of it; where it does not come the worker says so."""
    for _ in range(LOOKS_AT_MOST):
        if _is_there(pool):
            break
        time.sleep(PAUSE_SECONDS)
    sys.argv = ["prefect", "worker", "start", "--pool", pool, "--type", "process", "--name", name]
    runpy.run_module("prefect", run_name="__main__")


def _is_there(pool: str) -> bool:
    try:
        with get_client(sync_client=True) as client:
            client.read_work_pool(pool)
    except (HTTPError, ObjectNotFound, RuntimeError):
        # RuntimeError: the client's words for a server that does not answer.
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
