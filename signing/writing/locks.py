"""What earlier signers forbade (ISO 32000-1 §12.8.2): a signature that breaks their locks would break their verdict."""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import enumerate_sig_fields

from signing.verification.objects import items, resolved, value

NO_CHANGES, _FORM_FILLING = 1, 2  # permissions of a certified file


def permission_left(handler: PdfHandler) -> int | None:
    """What a certifying signature leaves open to others, None if there is none."""
    permissions = value(handler.root, "/Perms")
    certified = None if permissions is None else value(permissions, "/DocMDP")
    if certified is None:
        return None
    for parameters in _transforms(certified, "/DocMDP"):
        return int(value(parameters, "/P") or _FORM_FILLING)
    return _FORM_FILLING


def locks_field(handler: PdfHandler, name: str) -> bool:
    """An earlier signature locked all fields or just this one."""
    for _, signature, _ in enumerate_sig_fields(handler, filled_status=True):
        for parameters in _transforms(resolved(signature), "/FieldMDP"):
            action = value(parameters, "/Action")
            if action == "/All" or (action == "/Include" and name in items(value(parameters, "/Fields"))):
                return True
    return False


def _transforms(signature: generic.DictionaryObject, method: str) -> Iterator[generic.DictionaryObject]:
    """Parameters of a signature's transforms of one kind."""
    for reference in items(value(signature, "/Reference")):
        transform = resolved(reference)
        parameters = value(transform, "/TransformParams")
        if value(transform, "/TransformMethod") == method and parameters is not None:
            yield parameters
