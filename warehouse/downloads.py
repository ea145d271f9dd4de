"""Renditions as downloads."""

import json
from collections.abc import Iterator
from pathlib import PurePath

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from warehouse.describing import newest
from warehouse.models import Document, RenditionKind
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of


def download(document: Document, kind: str, *, sheet: int, store: ObjectStore) -> StreamingHttpResponse:
    """A rendition as an attachment; never shown inline, whatever it claims to be.

    Raises:
        Refused: the document has no such rendition (yet).
        Corrupted: the stored bytes differ from their digest: the transfer breaks off.
    """
    stem = PurePath(document.name).stem
    if kind == "data":
        record = newest(document)
        body: Iterator[bytes] = iter(
            [json.dumps(record.fields if record else {}, ensure_ascii=False, indent=2).encode()]
        )
        return _attachment(body, "application/json", f"{stem}.json")
    row = document.renditions.filter(kind=RenditionKind(kind), part=sheet if kind == "original" else 0).first()
    if row is None:
        raise Refused(ReasonCode.NO_SUCH_RENDITION, rendition=kind)
    name = row.name if kind == "original" else f"{document.code or stem}.pdf"
    media = "application/pdf" if kind == "signed" else "application/octet-stream"
    response = _attachment(store.open(digest_of(row)), media, name)
    response["Content-Length"] = str(row.size)
    response["ETag"] = f'"{row.digest}"'
    return response


def _attachment(body: Iterator[bytes], media: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(body, content_type=media)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
