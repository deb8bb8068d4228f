"""What can go wrong outside, by what is to be done about it."""


class OutsideError(Exception):
    """Something outside did not do as asked. The message says what, where and what to do next."""


class Unreachable(OutsideError):
    """Nothing happened there; trying again later may help."""


class Refused(OutsideError):
    """The other side said no; asking again the same way does not help."""


class Misconfigured(OutsideError):
    """The plan or a secret is wrong; nothing works until a person mends it."""


class FateUnknown(OutsideError):
    """The line broke after the last byte and before the answer: it may or may not have happened."""
