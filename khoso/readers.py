"""The readers by their names: the part of the composition root that commands need which only read.

Apart from `khoso.wiring`, whose stores, indexes and signers take a second to load that `khoso read` has no use for.
"""

import importlib
from collections.abc import Callable

from khoso.kernel.errors import Unavailable
from ocr.adapters.first_to_read import FirstToRead
from ocr.adapters.in_helper import PytesseractEngine, TesserocrEngine, TwoReadersEngine
from ocr.ports import OcrEngine
from pages.helper import Helper

ENGINES: dict[str, Callable[[Helper], OcrEngine]] = {
    "both": lambda helper: FirstToRead(TwoReadersEngine(helper), TesserocrEngine(helper), PytesseractEngine(helper)),
    "tesserocr": TesserocrEngine,
    "pytesseract": PytesseractEngine,
}


def engine_named(name: str, helper: Helper, _: Callable[[str], str]) -> OcrEngine:
    """One of our readers by its name, or a class (`module:Class`) called with the helper.

    Args:
        _: puts a sentence into the reader's language.

    Raises:
        Unavailable: there is no such class.
    """
    if name in ENGINES:
        return ENGINES[name](helper)
    module, _colon, wanted = name.partition(":")
    try:
        engine: OcrEngine = getattr(importlib.import_module(module), wanted)(helper)
    except (ImportError, AttributeError) as error:
        raise Unavailable(_("không có bộ đọc «%(name)s»: %(detail)s") % {"name": name, "detail": error}) from error
    return engine
