"""What a plan says of the old system's archive: where it goes, for whom, and until when."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from config.names import Language
from config.organisation import Text
from config.outside import Address
from config.values import Day, Part

ONE_KEY_AT_MOST = 25
"""People of an organisation that may do with one key (and that one on paper); more need two."""

Until = Annotated[
    Day | int,
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "integer"}]}),
]


class CopyTo(Part):
    """Where a copy of the finished archive goes: another folder, or a service fsspec knows."""

    url: Text
    """Like s3://bucket/folder, or a path relative to the plan's folder."""
    endpoint: Text | None = None
    """Address of an S3 service that is not Amazon's."""
    key: Text | None = None
    """Access key; write secret:NAME. None: what the machine itself is given."""
    secret: Text | None = None
    """Secret key; write secret:NAME."""
    lock: Literal["none", "governance", "compliance"] = "none"
    """S3 object lock until keep_until: governance may be lifted by who has the right, compliance by
    nobody; the bucket must have object lock."""

    @model_validator(mode="after")
    def _lock_needs_s3(self) -> Self:
        if self.lock != "none" and not self.url.startswith("s3://"):
            msg = f"lock is for s3:// only; {self.url} cannot be locked"
            raise ValueError(msg)
        return self


class Keeper(Part):
    """Who verifies and opens the archive once a year, and whose successor inherits it."""

    role: Text
    """Like: head of finance. People change, roles stay."""
    email: Address
    """Best one of the role: it must be read in years to come."""
    language: Language | None = None
    """None: that of the first site."""


class Archive(Part):
    """Where the old system's data goes."""

    to: str = "archive"
    """Folder, relative to the plan's."""
    keep_until: Day | None = None
    retention: dict[Text, Until] = Field(default_factory=dict)
    """Table -> the day until which the law or you want its rows kept, or for how many years from
    the archive on. Before it they are erased only with `--despite-retention`; after it they should
    go."""
    parquet: bool = False
    """Whether the tables are kept as Parquet files, too."""
    encrypt_for: tuple[Text, ...] = ()
    """Files with public keys (age, or SSH), relative to the plan's folder; each opens the archive
    alone. Two or more, but for 25 people or fewer. None: the archive is not encrypted."""
    copy_to: CopyTo | None = None
    drill: Text | None = None
    """SQLAlchemy URL of an empty database of the old system's kind, into which each archive is
    restored to be compared; write secret:NAME. It is left filled: empty it before the next export.
    None: an SQLite file that is thrown away."""
    """Where a copy goes once it is proved; it is read back and compared."""
    keeper: Keeper | None = None
    """Who is invited to open it, every year until keep_until."""

    @field_validator("retention")
    @classmethod
    def _years_are_few(cls, value: dict[str, date | int]) -> dict[str, date | int]:
        for table, until in value.items():
            if isinstance(until, int) and not 0 <= until <= 100:
                msg = f"{table}: {until} years; write a date, or 0 to 100 years"
                raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.keep_until is None:
            if self.keeper is not None:
                msg = "keeper needs keep_until: until when is the archive opened every year?"
                raise ValueError(msg)
            if self.copy_to is not None and self.copy_to.lock != "none":
                msg = "copy_to.lock needs keep_until: until when is the copy locked?"
                raise ValueError(msg)
            return self
        for table, until in self.retention.items():
            if isinstance(until, date) and until > self.keep_until:
                msg = f"{table} is to be kept until {until}, after keep_until, {self.keep_until}"
                raise ValueError(msg)
        return self
