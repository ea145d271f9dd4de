"""What can be wrong with an identifier."""

from collections.abc import Callable
from enum import StrEnum


class Fault(StrEnum):
    """Words for programs; a screen translates them."""

    BAD_FORMAT = "bad_format"
    TOO_LONG = "too_long"
    NO_AGENCY_ROOT = "no_agency_root"
    NO_SUCH_DATE = "no_such_date"
    UNKNOWN_PROVINCE = "unknown_province"
    CHECK_DIGIT = "check_digit"
    DISAGREES = "disagrees_with_itself"


class Malformed(ValueError):
    """The text is no such identifier.

    Attributes:
        fault: what is wrong.
        value: the text as it came.
    """

    def __init__(self, fault: Fault, value: str) -> None:
        self.fault, self.value = fault, value
        super().__init__(f"{value!r}: {fault.value}")


def fault_of(reader: Callable[[str], object], value: str) -> Fault | None:
    """What a reader finds wrong with a text; None when nothing."""
    try:
        reader(value)
    except Malformed as error:
        return error.fault
    return None
