"""Where a copy of a finished archive goes: another folder, or S3, by fsspec.

Written, read back and compared, file by file; the lists that make it an archive come last, so that
half a copy is never taken for one. With object lock each file is then locked until a day and that,
too, is read back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from config.archive import CopyTo
from connectors.errors import Misconfigured, OutsideError, Refused, Unreachable

_LAST = ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig")
_CHUNK = 1 << 20
_FILES_AT_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was read back and is the same."""

    url: str
    files: int
    lock: str
    """none, governance or compliance."""
    until: date | None
    """The last day of the lock."""

    @property
    def words(self) -> str:
        """Say it in one line."""
        locked = f", locked ({self.lock}) until {self.until}" if self.until else ""
        return f"copied to {self.url}, {self.files} files read back and equal{locked}"


class ArchiveStore:
    """A place for copies of archives."""

    def __init__(self, place: CopyTo, folder: Path, secret: Callable[[str], str]) -> None:
        """Open it; `folder` is the plan's. Misconfigured where its kind is not installed."""
        self._place = place
        self._s3 = place.url.startswith("s3://")
        self._files: Any
        try:
            self._files, root = _opened(place, folder, secret)
        except (ImportError, ValueError) as error:
            raise Misconfigured(
                f"copies cannot go to {place.url}: {error}; for s3:// the extra `s3` must be "
                "installed (`uv sync --extra s3`)"
            ) from None
        self._root = root.rstrip("/")

    def check(self) -> None:
        """Find out whether it answers and can lock; raises as `put` does."""
        with self._errors():
            if self._s3:
                self._files.call_s3("head_bucket", Bucket=self._root.partition("/")[0])
            self._can_lock()

    def shares_disk(self, folder: Path) -> bool:
        """Tell whether copies lie on the same disk as a folder, which exists."""
        if "file" not in self._files.protocol:
            return False
        root = Path(self._root)
        there = next(each for each in (root, *root.parents) if each.exists())
        return there.stat().st_dev == folder.stat().st_dev

    def put(self, archive: Path, keep_until: date | None) -> Copied:
        """Copy an archive and read it back; what is there already and the same stays.

        Unreachable where the place does not answer, Refused where it says no or something else
        lies there, Misconfigured where there is no such bucket or it has no lock where one is
        wanted. A call that died is safe to repeat.
        """
        paths = [each for each in sorted(archive.rglob("*")) if each.is_file()]
        names = [each.relative_to(archive).as_posix() for each in paths]
        ordered = sorted(names, key=lambda name: (name in _LAST, name))
        with self._errors():
            self._can_lock()
            for name in ordered:
                self._put(archive / name, self._at(archive.name, name))
            self._nothing_else(archive.name, {*names})
            until = self._lock(archive.name, names, keep_until)
        # A path of the plan's says nothing to who reads of it elsewhere.
        place = self._place.url if "://" in self._place.url else self._root
        return Copied(f"{place}/{archive.name}", len(names), self._place.lock, until)

    def get(self, name: str, into: Path) -> None:
        """Fetch a copy into a folder that must not exist; it is checked like any archive then."""
        with self._errors():
            root = f"{self._root}/{name}"
            found = self._files.find(root)
            if not found:
                raise Refused(f"there is no {name} in {self._place.url}")
            for each in found:
                target = into / each.removeprefix(root).lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                self._files.get_file(each, str(target))

    def _at(self, archive: str, name: str) -> str:
        return f"{self._root}/{archive}/{name}"

    def _put(self, path: Path, at: str) -> None:
        with path.open("rb") as file:
            wanted = file_digest(file, "sha256").hexdigest()
        there = self._sum(at)
        if there is None:
            if not self._s3:  # there it would make a bucket of a name mistyped
                self._files.makedirs(at.rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(path), at)
            there = self._sum(at)
        if there != wanted:
            raise Refused(f"{at} is not what was written there: remove it, or copy elsewhere")

    def _sum(self, at: str) -> str | None:
        """Read a file back; None where there is none."""
        found = sha256()
        try:
            with self._files.open(at, "rb") as file:
                while chunk := file.read(_CHUNK):
                    found.update(chunk)
        except FileNotFoundError:
            return None
        return found.hexdigest()

    def _nothing_else(self, archive: str, names: set[str]) -> None:
        root = f"{self._root}/{archive}/"
        there = {str(each).removeprefix(root) for each in self._files.find(root)}
        if strange := sorted(there - names):
            raise Refused(f"{root} holds {strange[0]}, which is not of this archive: move it away")

    def _can_lock(self) -> None:
        if self._place.lock == "none":
            return
        bucket = self._root.partition("/")[0]
        try:
            found = self._files.call_s3("get_object_lock_configuration", Bucket=bucket)
            enabled = found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"
        except FileNotFoundError:
            raise
        except OSError as error:
            if "ObjectLockConfigurationNotFound" not in str(error):
                raise
            enabled = False
        if not enabled:
            raise Misconfigured(
                f"the bucket {bucket} has no object lock, and decommission.archive.copy_to wants "
                f"{self._place.lock}: it is set when a bucket is made; or write lock: none"
            )

    def _lock(self, archive: str, names: list[str], keep_until: date | None) -> date | None:
        if self._place.lock == "none" or keep_until is None:
            return None
        mode = self._place.lock.upper()
        # To the end of that day wherever people are: zones reach twelve hours west of Greenwich.
        until = datetime.combine(keep_until, time(12), UTC) + timedelta(days=1)
        for name in names:
            bucket, _, key = self._at(archive, name).partition("/")
            which = {"Bucket": bucket, "Key": key}
            # Long files come in parts, whose lock not every service keeps: so it is set afterwards.
            retention = {"Mode": mode, "RetainUntilDate": until}
            self._files.call_s3("put_object_retention", **which, Retention=retention)
            seen = self._files.call_s3("head_object", **which)
            kept = seen.get("ObjectLockRetainUntilDate")
            if seen.get("ObjectLockMode") != mode or kept is None or kept < until:
                raise Refused(f"{bucket}/{key} was not locked until {keep_until}: it says {kept}")
        return keep_until

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Say in the house's three kinds what fsspec raises."""
        url = self._place.url
        try:
            yield
        except OutsideError:
            raise
        except FileNotFoundError as error:
            raise Misconfigured(f"{url}: {_words(error)}") from None
        except PermissionError as error:
            raise Refused(f"{url} refuses: {_words(error)}; look at its keys and rights") from None
        except Exception as error:
            kinds = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
            if not isinstance(error, OSError) and not kinds & {"botocore", "aiobotocore"}:
                raise
            raise Unreachable(f"{url}: {_words(error)}") from None


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _opened(place: CopyTo, folder: Path, secret: Callable[[str], str]) -> tuple[Any, str]:
    import fsspec  # noqa: PLC0415 - only where a copy is wanted

    if not place.url.startswith("s3://"):
        url = place.url if "://" in place.url else str(folder / place.url)
        files, root = fsspec.core.url_to_fs(url)
        return files, root
    options: dict[str, Any] = {
        "config_kwargs": {"retries": {"max_attempts": 3}},
        # What is read back must come from there, and a key may change while we run.
        "use_listings_cache": False,
        "skip_instance_cache": True,
        "default_cache_type": "none",
    }
    if place.endpoint:
        options["client_kwargs"] = {"endpoint_url": secret(place.endpoint)}
    if place.key and place.secret:
        options |= {"key": secret(place.key), "secret": secret(place.secret)}
    files = fsspec.filesystem("s3", **options)
    files.retries = 1  # beside botocore's own
    return files, place.url.removeprefix("s3://")
