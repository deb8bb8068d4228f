"""What every test stands on."""

import os
import tempfile

from hypothesis import settings

pytest_plugins = ["tests.postgres"]

# A developer's own Prefect profile may point at a real server: no test may ever speak to it.
_prefect_home = tempfile.TemporaryDirectory(prefix="changeover-prefect-")
os.environ["PREFECT_HOME"] = _prefect_home.name
for name in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE"):
    os.environ.pop(name, None)
os.environ.update(PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")

# Two workers share two cores with the servers they start: a slow example is no finding.
settings.register_profile("shared-cores", deadline=None)
settings.load_profile("shared-cores")
