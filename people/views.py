"""Signing in: password, second factor, one-time links; a person's own account."""

from typing import cast
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth import authenticate, login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import SENTENCES
from people import attempts, factors, invitations
from people.middleware import SHOWN
from people.models import User
from people.roles import needs_second_factor

_HALF = "half_signed_in"
_HALF_SECONDS = 300
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_FORM = ["GET", "HEAD", "POST"]


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site or the inbox."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    mine = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if mine else resolve_url("inbox")


def _told(error: Refused) -> str:
    return _(SENTENCES[error.reason.code]) % error.reason.params


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(_FORM)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; then the code, if the account has a second factor."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    fault = ""
    if request.method == "POST":
        name, now = request.POST.get("username", "").strip()[:150], system_clock()
        try:
            attempts.check(name, _address(request), now=now)
        except Refused as error:
            return _sign_in_page(request, _told(error), status=429)
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if isinstance(user, User):
            if factors.has_one(user):
                request.session[_HALF] = {"user": str(user.pk), "at": now.timestamp()}
                return redirect(f"{resolve_url('sign-in-code')}?next={_next(request)}")
            attempts.succeeded(name)
            login(request, user)
            return redirect(_next(request))
        attempts.failed(name, _address(request), now=now)
        fault = _("Tên đăng nhập hoặc mật khẩu không đúng.")
    return _sign_in_page(request, fault)


def _sign_in_page(request: HttpRequest, fault: str, status: int = 200) -> HttpResponse:
    return render(
        request,
        "people/sign_in.html",
        {"fault": fault, "next": _next(request), "name": request.POST.get("username", "")},
        status=status,
    )


@never_cache
@require_http_methods(_FORM)
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The authenticator's code or a recovery code, within five minutes of the password."""
    half, now = request.session.get(_HALF), system_clock()
    user = User.objects.filter(pk=UUID(half["user"]), is_active=True).first() if half else None
    if half is None or user is None or now.timestamp() - half["at"] > _HALF_SECONDS:
        return redirect("sign-in")
    fault = ""
    if request.method == "POST":
        try:
            attempts.check(user.username, _address(request), now=now)
        except Refused as error:
            fault = _told(error)
        else:
            if factors.verify(user, request.POST.get("code", ""), now=now):
                after = _next(request)
                attempts.succeeded(user.username)
                request.session.pop(_HALF)
                login(request, user, backend=_BACKEND)
                request.session[SHOWN] = True
                return redirect(after)
            attempts.failed(user.username, _address(request), now=now)
            fault = _("Mã không đúng hoặc đã dùng.")
    context = {"fault": fault, "next": _next(request)}
    return render(request, "people/code.html", context, status=422 if fault else 200)


@login_required
@never_cache
@require_http_methods(_FORM)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set the authenticator up, or show its code if this session came in without."""
    user, now = cast("User", request.user), system_clock()
    fault, codes = "", None
    known = factors.has_one(user)
    if request.method == "POST":
        try:
            attempts.check(user.username, _address(request), now=now)
        except Refused as error:
            fault = _told(error)
        else:
            code = request.POST.get("code", "")
            good = factors.verify(user, code, now=now) if known else (codes := factors.confirm(user, code, now=now))
            if good:
                request.session[SHOWN] = True
                if known:
                    return redirect("inbox")
            else:
                attempts.failed(user.username, _address(request), now=now)
                fault = _("Mã không đúng hoặc đã dùng.")
    context = {
        "known": known,
        "fault": fault,
        "codes": codes,
        "demanded": needs_second_factor(user) and not request.session.get(SHOWN),
    }
    if not known and codes is None:
        factor = factors.pending(user)
        context |= {"secret": factor.secret, "qr": segno.make(factors.address(factor)).svg_data_uri(scale=5)}
    return render(request, "people/second_factor.html", context, status=422 if fault else 200)


@login_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(_FORM)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: roles held, password, second factor."""
    user, faults = cast("User", request.user), list[str]()
    if request.method == "POST":
        password = request.POST.get("password", "")
        try:
            attempts.check(user.username, _address(request), now=system_clock())
            if not user.check_password(request.POST.get("current", "")):
                attempts.failed(user.username, _address(request), now=system_clock())
                faults = [_("Mật khẩu hiện tại không đúng.")]
            else:
                validate_password(password, user)
                user.set_password(password)
                user.save(update_fields=["password"])
                update_session_auth_hash(request, user)
                messages.success(request, _("Đã đổi mật khẩu."))
                return redirect("account")
        except Refused as error:
            faults = [_told(error)]
        except ValidationError as error:
            faults = list(error.messages)
    context = {
        "faults": faults,
        "roles": user.assignments.select_related("unit").order_by("-valid_from"),
        "has_factor": factors.has_one(user),
    }
    return render(request, "people/account.html", context, status=422 if faults else 200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(_FORM)
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link: choose a password and come in."""
    now, faults = system_clock(), list[str]()
    user = invitations.invited(secret, now=now)
    if user is None:
        raise Http404
    if request.method == "POST":
        try:
            accepted = invitations.accept(secret, request.POST.get("password", ""), now=now)
        except ValidationError as error:
            faults = list(error.messages)
        else:
            if accepted is None:
                raise Http404
            login(request, accepted, backend=_BACKEND)
            return redirect("inbox")
    context = {"account": user, "faults": faults}
    response = render(request, "people/invitation.html", context, status=422 if faults else 200)
    response["Referrer-Policy"] = "no-referrer"
    return response
