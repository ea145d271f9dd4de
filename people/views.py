"""Signing in and out: password, a provider's word, second factor, one-time links; a person's own account."""

from dataclasses import asdict
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khoso.kernel.clock import system_clock, today
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from people import attempts, factors, invitations, vouching
from people.history import note
from people.middleware import SHOWN
from people.models import Deed, SignInAttempt, User
from people.ports import Asked, Identity, Tools
from people.roles import held, needs_second_factor

_HALF = "half_signed_in"
_HALF_SECONDS = 300
_ASKED = "asked"
_ASKED_SECONDS = 600
_ASKED_MOST = 5  # windows in which one person may be on the way to a provider at once
LEVEL = "level"
"""Where a session keeps the provider's level of assurance."""
VOUCHED = vouching.SESSION
_HINT_LONGEST = 16_384  # characters of a token that is kept to be shown again; a longer one is let go
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


def _tools(request: HttpRequest) -> Tools:
    return cast("Tools", request.tools)  # type: ignore[attr-defined]


def _told(error: Refused) -> str:
    return error.reason.sentence(_)


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
            mine = attempts.begin(name, _address(request), now=now)
        except Refused as error:
            return _sign_in_page(request, _told(error), status=429)
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if isinstance(user, User):
            if factors.has_one(user):
                attempts.withdraw(mine)
                request.session[_HALF] = {"user": str(user.pk), "at": now.timestamp()}
                return redirect(f"{resolve_url('sign-in-code')}?{urlencode({'next': _next(request)})}")
            attempts.succeeded(mine)
            login(request, user)
            return redirect(_next(request))
        fault = _("Tên đăng nhập hoặc mật khẩu không đúng.")
    return _sign_in_page(request, fault)


def _sign_in_page(request: HttpRequest, fault: str, status: int = 200) -> HttpResponse:
    provider = _tools(request).provider
    context = {
        "fault": fault,
        "next": _next(request),
        "name": request.POST.get("username", ""),
        "provider": provider.name if provider else "",
    }
    return render(request, "people/sign_in.html", context, status=status)


@never_cache
@require_safe
def vouch(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; what the answer must fit is kept in the session."""
    provider = _tools(request).provider
    if provider is None:
        raise Http404
    if request.user.is_authenticated:
        return redirect(_next(request))
    try:
        asked = provider.ask(back=request.build_absolute_uri(reverse("vouched")))
    except Unavailable:
        return _away(request, provider.name)
    now = system_clock().timestamp()
    kept = {state: one for state, one in request.session.get(_ASKED, {}).items() if now - one["at"] < _ASKED_SECONDS}
    recent = dict(sorted(kept.items(), key=lambda item: float(item[1]["at"]))[-(_ASKED_MOST - 1) :])
    request.session[_ASKED] = recent | {asked.state: {**asdict(asked), "url": "", "at": now, "next": _next(request)}}
    return redirect(asked.url)


@sensitive_post_parameters()
@never_cache
@require_safe
def vouched(request: HttpRequest) -> HttpResponse:
    """The provider's answer: whoever it vouches for comes in if an administrator has linked them to an account."""
    provider, now = _tools(request).provider, system_clock()
    if provider is None:
        raise Http404
    kept = request.session.get(_ASKED, {})
    one = kept.pop(request.GET.get("state", ""), None)
    request.session[_ASKED] = kept
    if one is None or now.timestamp() - one["at"] > _ASKED_SECONDS:
        return _sign_in_page(
            request, _("Lần đăng nhập này đã quá lâu hoặc không bắt đầu ở đây. Hãy làm lại."), status=400
        )
    if "code" not in request.GET:
        said = _("%(provider)s không xác nhận bạn. Chưa đăng nhập.") % {"provider": provider.name}
        return _sign_in_page(request, said, status=403)
    asked = Asked(**{name: one[name] for name in ("url", "state", "nonce", "verifier", "back")})
    try:
        identity = provider.answer(request.GET["code"], asked=asked)
    except Refused as error:
        return _sign_in_page(request, _told(error), status=403)
    except Unavailable:
        return _away(request, provider.name)
    return _let_in(request, identity, provider.name, one["next"])


def _let_in(request: HttpRequest, identity: Identity, provider: str, after: str) -> HttpResponse:
    """Whom the provider vouches for: in, to the code first where one is due, or told to wait for an administrator."""
    now = system_clock()
    row = vouching.met(identity, now=now)
    user = row.user if row else None
    if user is None or not user.is_active:
        context = {"provider": provider, "row": row if user is None else None, "name": identity.name}
        return render(request, "people/stranger.html", context, status=403)
    if factors.has_one(user) and not identity.strong:
        half = {"user": str(user.pk), "at": now.timestamp(), LEVEL: identity.level, VOUCHED: _kept(request, identity)}
        request.session[_HALF] = half
        return redirect(f"{resolve_url('sign-in-code')}?{urlencode({'next': after})}")
    login(request, user, backend=_BACKEND)
    request.session[SHOWN], request.session[LEVEL] = identity.strong, identity.level
    request.session[VOUCHED] = _kept(request, identity)
    return redirect(after)


def _kept(request: HttpRequest, identity: Identity) -> dict[str, str]:
    """What a session keeps of a provider's word, to sign out there too; the token itself is locked."""
    token = identity.token if len(identity.token) <= _HINT_LONGEST else ""
    return {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "session": identity.session,
        "token": _tools(request).safe.lock(token) if token else "",
    }


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here first, whatever the provider does; then, where it has a door for it, there as well.

    The way there is a page of its own: a form may lead to no other site (CSP `form-action`).
    """
    answer = _signed_out(request)
    answer["Clear-Site-Data"] = (
        '"cache"'  # pictures of pages that this browser kept (over TLS; elsewhere browsers pass it over)
    )
    return answer


def _signed_out(request: HttpRequest) -> HttpResponse:
    kept, provider = request.session.get(VOUCHED), _tools(request).provider
    logout(request)
    if not kept or provider is None:
        return redirect("sign-in")
    try:
        token = _tools(request).safe.unlock(kept["token"]) if kept["token"] else ""
    except Corrupted:  # the keys were changed meanwhile: the provider then asks the person
        token = ""
    try:
        door = provider.farewell(back=request.build_absolute_uri(reverse("sign-in")), token=token)
    except Unavailable:
        messages.warning(
            request,
            _("Đã đăng xuất khỏi Kho số. %(provider)s không trả lời: phiên ở đó có thể còn mở, hãy đóng trình duyệt.")
            % {"provider": provider.name},
        )
        return redirect("sign-in")
    if not door:
        messages.info(
            request,
            _("Đã đăng xuất khỏi Kho số. Phiên ở %(provider)s có thể còn mở: máy dùng chung thì đăng xuất cả ở đó.")
            % {"provider": provider.name},
        )
        return redirect("sign-in")
    return render(request, "people/signed_out.html", {"door": door, "provider": provider.name})


@csrf_exempt
@never_cache
@require_POST
def told_to_leave(request: HttpRequest) -> HttpResponse:
    """The provider says that somebody signed out there (Back-Channel Logout 1.0 §2.5–2.8): their sessions here end."""
    provider = _tools(request).provider
    if provider is None:
        raise Http404
    try:
        vouching.left(provider.told(request.POST.get("logout_token", "")))
    except Refused as error:
        return JsonResponse({"error": "invalid_request", "error_description": str(error)}, status=400)
    except Unavailable:
        return JsonResponse({"error": "temporarily_unavailable"}, status=503)
    return HttpResponse(status=200)


def _away(request: HttpRequest, name: str) -> HttpResponse:
    said = _("%(provider)s không trả lời. Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu.") % {"provider": name}
    return _sign_in_page(request, said, status=503)


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
            mine = attempts.begin(user.username, _address(request), now=now)
        except Refused as error:
            fault = _told(error)
        else:
            before = factors.codes_left(user)
            fault = _wrong(request, user, mine)
            if not fault:
                after = _next(request)
                attempts.succeeded(mine)
                request.session.pop(_HALF)
                login(request, user, backend=_BACKEND)
                request.session[SHOWN] = True
                for name in (LEVEL, VOUCHED):
                    if name in half:
                        request.session[name] = half[name]
                _tell_codes(request, user, before)
                return redirect(after)
    context = {"fault": fault, "next": _next(request)}
    return render(request, "people/code.html", context, status=422 if fault else 200)


def _wrong(request: HttpRequest, user: User, mine: SignInAttempt) -> str:
    """What is wrong with the code that was typed; nothing if it is right. Then the try is no failure."""
    now = system_clock()
    try:
        if factors.verify(user, request.POST.get("code", ""), now=now, safe=_tools(request).safe):
            attempts.withdraw(mine)
            return ""
    except Corrupted:
        attempts.withdraw(mine)
        return _("Không mở được khóa của mã xác thực. Hãy dùng một mã dự phòng, và báo người quản trị.")
    return _("Mã không đúng hoặc đã dùng.")


def _tell_codes(request: HttpRequest, user: User, before: int) -> None:
    """Say that a recovery code served, how many are left, and where to make new ones."""
    left = factors.codes_left(user)
    if left == before:
        return
    said = _("Mã dự phòng vừa dùng không dùng lại được. Còn %(left)s mã.") % {"left": left}
    if left <= factors.FEW:
        said = format_html('{} <a href="{}">{}</a>', said, reverse("second-factor"), _("Lập mã dự phòng mới ngay"))
    messages.warning(request, said)


@login_required
@never_cache
@require_http_methods(_FORM)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set the authenticator up, show its code if this session came in without, or make new recovery codes with one."""
    user, now, safe = cast("User", request.user), system_clock(), _tools(request).safe
    fault, codes = "", None
    known, renewing = factors.has_one(user), bool(request.session.get(SHOWN))
    if request.method == "POST":
        try:
            mine = attempts.begin(user.username, _address(request), now=now)
        except Refused as error:
            fault = _told(error)
        else:
            if known:
                fault = _wrong(request, user, mine)
            elif not (codes := factors.confirm(user, request.POST.get("code", ""), now=now, safe=safe)):
                fault = _("Mã không đúng hoặc đã dùng.")
            else:
                attempts.withdraw(mine)
            if not fault:
                request.session.cycle_key()  # what this session may do has grown
                request.session[SHOWN] = True
                if known and renewing:
                    codes = factors.renew_codes(user)
                elif known:
                    return redirect("inbox")
    context = {
        "known": known,
        "fault": fault,
        "codes": codes,
        "renewing": known and renewing,
        "left": factors.codes_left(user) if known else 0,
        "demanded": needs_second_factor(user) and not request.session.get(SHOWN),
    }
    if not known and codes is None:
        secret = factors.pending(user, safe=safe)
        context |= {"secret": secret, "qr": segno.make(factors.address(user, secret)).svg_data_uri(scale=5)}
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
            mine = attempts.begin(user.username, _address(request), now=system_clock())
            if not user.check_password(request.POST.get("current", "")):
                faults = [_("Mật khẩu hiện tại không đúng.")]
            else:
                attempts.withdraw(mine)
                validate_password(password, user)
                user.set_password(password)
                user.save(update_fields=["password"])
                note(Deed.PASSWORD_SET, by=user.username, user=user)
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
        "now_held": set(held(user).values_list("pk", flat=True)),
        "today": today(),
        "has_factor": factors.has_one(user),
        "codes_left": factors.codes_left(user),
        "few": factors.FEW,
        "vouched": user.vouched.order_by("pk"),
        "level": request.session.get(LEVEL, ""),
    }
    return render(request, "people/account.html", context, status=422 if faults else 200)


def _no_link(request: HttpRequest) -> HttpResponse:
    """A link that opens nothing any more, or never did: both alike."""
    return render(request, "people/invitation.html", {"account": None}, status=404)


@sensitive_post_parameters()
@never_cache
@require_http_methods(_FORM)
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link: choose a password and come in."""
    now, faults = system_clock(), list[str]()
    user = invitations.invited(secret, now=now)
    if user is None:
        return _no_link(request)
    if request.method == "POST":
        try:
            accepted = invitations.accept(secret, request.POST.get("password", ""), now=now)
        except ValidationError as error:
            faults = list(error.messages)
        else:
            if accepted is None:
                return _no_link(request)
            login(request, accepted, backend=_BACKEND)
            return redirect("inbox")
    # The site's `same-origin` keeps the link's secret from others; `no-referrer` would have browsers send no origin with
    # the form, which then counts as forged.
    context = {"account": user, "faults": faults}
    return render(request, "people/invitation.html", context, status=422 if faults else 200)
