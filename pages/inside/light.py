"""What pypdf tells of a PDF without reading its pages. Apart, since loading pypdf takes longer than a page, and pictures need none."""

import sys
import traceback
from pathlib import Path
from typing import Any

import pypdf

_PERMISSIONS = (
    (pypdf.constants.UserAccessPermissions.PRINT, "in"),
    (pypdf.constants.UserAccessPermissions.MODIFY, "sửa"),
    (pypdf.constants.UserAccessPermissions.EXTRACT, "sao chép"),
    (pypdf.constants.UserAccessPermissions.ADD_OR_MODIFY, "ghi chú"),
)


def light_look(path: Path) -> dict[str, Any]:
    """What pypdf tells of a file without reading its pages: `restrictions` an owner password puts on people, names of
    `attachments`. Empty where it cannot say.
    """
    looked: dict[str, Any] = {"restrictions": [], "attachments": []}
    try:
        reader = pypdf.PdfReader(path, strict=False)
        if reader.is_encrypted and reader.decrypt(""):
            allowed = reader.user_access_permissions
            if allowed is not None:
                looked["restrictions"] = [name for permission, name in _PERMISSIONS if permission not in allowed] or [
                    "mã hóa"
                ]
        looked["attachments"] = [str(attachment.name)[:100] for attachment in reader.attachment_list][:20]
    except (
        pypdf.errors.PyPdfError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        OSError,
        RecursionError,
    ):
        traceback.print_exc(limit=1, file=sys.stderr)
    return looked
