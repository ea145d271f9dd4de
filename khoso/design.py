"""The design system on a page of its own, for whoever builds pages: `/giao-dien`, where `KHOSO_DEVELOPER` is set."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from warehouse.models import State

COLOURS = (
    ("ink", "paper"),
    ("soft", "paper"),
    ("ink", "ground"),
    ("link", "paper"),
    ("brand-ink", "brand"),
    ("bar-ink", "bar"),
    ("good", "good-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("mark-ink", "mark"),
)
"""Pairs of letters and ground that are used together; each meets WCAG AA in both schemes."""


@login_required
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every building block once."""
    if not settings.KHOSO.developer:
        raise Http404
    return render(request, "khoso/design.html", {"colours": COLOURS, "states": list(State)})
