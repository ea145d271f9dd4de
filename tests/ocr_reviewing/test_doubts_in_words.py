"""Every doubt a value may carry has words for a clerk."""

import pytest

from catalogue.identifiers.faults import Fault
from ocr.labels import DOUBTS, doubt


@pytest.mark.parametrize("fault", Fault)
def test_what_may_be_wrong_with_an_identifier_is_said_in_words(fault):
    assert fault.value in DOUBTS
    assert "_" not in doubt(fault.value)
    assert doubt(fault.value) != fault.value.replace("_", " ")
