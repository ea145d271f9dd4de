"""What libraries raise when foreign bytes are not what they should be."""

import struct
import zlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError, PdfStrictReadError
from pyhanko_certvalidator.errors import PathError, ValidationError

FOREIGN = (
    PdfError,
    PathError,
    ValidationError,
    InvalidSignature,
    UnsupportedAlgorithm,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""pyHanko and asn1crypto parse lazily: a malformed part shows itself as whatever the first use of it trips over."""


def too_strict(error: BaseException) -> bool:
    """The file breaks a rule that only strict reading enforces: the whole file is to be read again, tolerantly."""
    return isinstance(error, PdfStrictReadError)
