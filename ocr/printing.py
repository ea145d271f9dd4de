"""A document for the printer: each page's image under the mark a copy of a stored document carries (DOMAIN §2, 7).

The mark says in words that it is a print, from which system and unit, with the address and code to look it up (and as a
QR code), when and by whom. Opening it is recorded with the purpose «print».
"""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.pages_of import shown_pages
from warehouse.describing import newest
from warehouse.masking import open_print, title_shown
from warehouse.transcribed import Pages


@login_required
@require_safe
def printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheets to print; the page asks the browser to print once its images are there."""
    try:
        given = open_print(request, pk)
    except Refused as error:
        if error.reason.code is not ReasonCode.BASIS_NEEDED:
            raise Http404 from None
        messages.error(request, _("Giấy tờ có dữ liệu nhạy cảm: hãy ghi lý do xem trước khi in."))
        return redirect("document", pk)
    tools: Any = request.tools  # type: ignore[attr-defined]
    found, now = given.document, tools.clock()
    if newest(found) is None:
        raise Http404
    address = request.build_absolute_uri(reverse("document", args=[pk]))
    context = {
        "document": found,
        "title": title_shown(request, found),
        "pages": shown_pages(found, Pages(found, tools.store)),
        "covered": bool(given.covered.places),
        "claim": given.claim,
        "agency": settings.KHOSO.agency_name,
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=1, scale=3),
        "now": now,
    }
    return render(request, "ocr/print.html", context)
