"""What keeps an archive from being made or believed. None mends itself: a person must look."""


class ArchiveError(Exception):
    """The archive could not be made or read. The message says what, where and what to do next."""


class UnknownType(ArchiveError):
    """A column is of a type the archive has no exact form for."""


class Unfit(ArchiveError):
    """A value is not what its column's type promised."""


class SourceChanging(ArchiveError):
    """The source's tables kept changing shape while they were read."""


class Occupied(ArchiveError):
    """Something is already where the archive, or what is restored from it, should come."""


class Broken(ArchiveError):
    """The archive does not hold together; nothing was restored from it."""


class NoRoom(ArchiveError):
    """The disk has too little room for the archive."""
