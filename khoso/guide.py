"""The guided page of the demo: who one is signed in as, what this role can try, and a change of role by one press.

It answers accounts that `khoso demo` made in its own home, and nobody else; it changes to such accounts only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from people.accounts import ensure_unit, ensure_user
from people.models import Role, Unit, User
from people.roles import give, held
from warehouse.access import visible_to
from warehouse.models import Document, State

OTHER_CODE, OTHER_UNIT = "X00.01", "Đơn vị khác (dùng thử)"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Player:
    """An account of the demo. `elsewhere`: of the other unit, who sees nothing of the first."""

    account: str
    name: str
    role: Role
    does: str | Promise
    elsewhere: bool = False


PLAYERS = (
    Player("demo-quay", "Nguyễn Thị Quầy (thử)", Role.SCANNER, _("nhân viên bưu chính ở quầy: nhận và quét giấy tờ")),
    Player("demo-canbo", "Trần Văn Cán Bộ (thử)", Role.OFFICER, _("cán bộ xử lý hồ sơ: tìm, xem, sửa dữ liệu")),
    Player("demo-ky", "Lê Thị Chứng Thực (thử)", Role.CERTIFIER, _("người ký chứng thực, theo ủy quyền có thời hạn")),
    Player("demo-luutru", "Phạm Văn Lưu Trữ (thử)", Role.ARCHIVIST, _("lưu trữ viên: xem ai đã xem gì")),
    Player("demo-lanhdao", "Hoàng Thị Lãnh Đạo (thử)", Role.HEAD, _("lãnh đạo đơn vị: bảng điều hành, cấp quyền")),
    Player("demo-quantri", "Vũ Văn Quản Trị (thử)", Role.ADMINISTRATOR, _("quản trị: người dùng, danh mục, số liệu")),
    Player(
        "demo-khac", "Đỗ Thị Đơn Vị Khác (thử)", Role.OFFICER, _("cán bộ của đơn vị khác: không thấy gì ở đây"),
        elsewhere=True,
    ),
)  # fmt: skip


def make_players(unit: Unit, password: str, *, today: date) -> None:
    """The accounts of the demo, one for each role. Idempotent."""
    other = ensure_unit(OTHER_CODE, OTHER_UNIT)
    for player in PLAYERS:
        place = other if player.elsewhere else unit
        user, new = ensure_user(
            player.account, full_name=player.name, unit=place, password=password, role=None, demo=True
        )
        if new:
            certifier = player.role is Role.CERTIFIER
            give(
                user, player.role, None if player.role is Role.ADMINISTRATOR else place, by="demo", since=today,
                until=date(today.year + 1, today.month, 1) if certifier else None,
                delegation="Ủy quyền dùng thử" if certifier else "",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """Something to try: what, where, and what one will see."""

    what: str | Promise
    link: str
    sees: str | Promise


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest) -> HttpResponse:
    """What this role can try; by POST, be somebody else."""
    user = cast("User", request.user)
    if not user.demo:
        raise Http404
    if request.method == "POST":
        wanted = User.objects.filter(username=request.POST.get("account", ""), demo=True, is_active=True).first()
        if wanted is None:
            raise Http404
        login(request, wanted, backend=BACKEND)
        return redirect("guide")
    roles = [Role(role) for role in held(user).values_list("role", flat=True)]
    tasks = [task for role in roles for task in _TASKS[role](user)] if roles else _of_everybody(user)
    players = {player.account: player for player in PLAYERS}
    known = players.get(user.username)
    if known and known.elsewhere:
        tasks = _elsewhere(user)
    return render(
        request,
        "khoso/guide.html",
        {
            "does": known.does if known else _("chủ của kho dùng thử: làm được mọi việc"),
            "tasks": tasks,
            "accounts": [
                (other, players[other.username].does if other.username in players else _("làm được mọi việc"))
                for other in User.objects.filter(demo=True, is_active=True).order_by("username")
            ],
            "nav": "guide",
        },
    )


def _one(user: User, *states: State) -> Document | None:
    return visible_to(user).filter(state__in=states).order_by("created_at").first()


def _of(user: User, name: str, *states: State) -> str:
    """The address of a page of one document in a state; the list where there is none."""
    found = _one(user, *states)
    return reverse(name, args=[found.pk]) if found else reverse("inbox")


def _at_the_desk(user: User) -> list[Task]:
    return [
        Task(_("Kéo thả một ảnh hoặc PDF vào trang Tiếp nhận"), reverse("inbox"), _("từng bước chạy ngay trong danh sách; nộp lại tệp ấy thì không nhận hai lần")),
        Task(_("Xác nhận một giấy tờ máy còn nghi ngờ"), _of(user, "review", State.TO_CONFIRM), _("Enter: đúng, sang trường nghi ngờ kế tiếp; Ctrl+Enter: xác nhận tất cả và lưu kho")),
    ]  # fmt: skip


def _of_an_officer(user: User) -> list[Task]:
    return [
        *_at_the_desk(user)[1:],
        Task(_("Tìm không dấu: «quyet dinh phe duyet»"), reverse("search") + "?q=quyet+dinh+phe+duyet", _("giấy tờ đúng lên đầu, chỗ tìm thấy được tô trên ảnh trang")),
        Task(_("Mở một giấy tờ đã lưu kho"), _of(user, "document", State.FILED), _("bấm vào một giá trị để thấy chỗ của nó trên giấy; chữ ký, bốn tiêu chí, nhật ký")),
        Task(_("Sửa một trường ghi sai"), _of(user, "correct", State.FILED), _("bản dữ liệu mới, có tên bạn và lý do; tệp đã ký không đổi một byte")),
        Task(_("Đổi hiệu lực"), _of(user, "validity", State.FILED), _("thu hồi, thay thế: có căn cứ, có người, có ngày; kết quả tìm đổi theo")),
    ]  # fmt: skip


def _of_an_archivist(user: User) -> list[Task]:
    return [
        Task(_("Xem ai đã xem một giấy tờ"), _of(user, "readings", State.FILED), _("từng lượt, vì sao, nối nhau bằng mã băm; tải được bảng")),
        Task(_("Xem một người đã xem những gì"), reverse("readings-of") + "?nguoi=demo-canbo", _("cả những lần bị từ chối")),
        *_of_an_officer(user)[2:],
    ]  # fmt: skip


def _of_a_head(user: User) -> list[Task]:
    return [
        Task(_("Mở bảng điều hành"), reverse("board"), _("mỗi con số dẫn tới giấy tờ đằng sau nó; chọn kỳ, tải bảng")),
        Task(_("Xem các lần mở khẩn cấp"), reverse("emergency"), _("ai của đơn vị khác đã mở giấy tờ của bạn, vì sao")),
        Task(_("Cấp quyền xem cho người đơn vị khác"), _of(user, "readings", State.FILED), _("có lý do và ngày hết; thử cấp cho demo-khac rồi đổi vai")),
        *_of_an_officer(user)[1:3],
    ]  # fmt: skip


def _of_an_administrator(user: User) -> list[Task]:
    return [
        Task(_("Xem và cấp quyền cho người dùng"), reverse("people"), _("vai trò theo đơn vị, có ngày; mọi thay đổi có người ghi")),
        Task(_("Xem danh mục của một ngày bất kỳ"), reverse("code-tables"), _("sửa có lý do và có hiệu lực từ ngày nào")),
        Task(_("Mở bảng điều hành"), reverse("board"), _("thấy số liệu mọi đơn vị, nhưng không thấy giấy tờ nào")),
    ]  # fmt: skip


def _elsewhere(user: User) -> list[Task]:
    theirs = Document.objects.filter(state=State.FILED).exclude(unit=user.unit).order_by("created_at").first()
    return [
        Task(_("Tìm giấy tờ của đơn vị kia"), reverse("search") + "?q=quyet+dinh", _("không có kết quả nào, số đếm cũng không lộ")),
        Task(_("Mở khẩn cấp một giấy tờ"), reverse("emergency") + (f"?ma={theirs.pk}" if theirs else ""), _("cần mã giấy tờ (ở đây điền sẵn) và lý do; lãnh đạo đơn vị ấy được báo")),
    ]  # fmt: skip


def _of_everybody(user: User) -> list[Task]:
    return [*_at_the_desk(user), *_of_an_officer(user)[1:], *_of_a_head(user)[:1], *_of_an_administrator(user)[:2]]


_TASKS: dict[Role, Callable[[User], list[Task]]] = {
    Role.SCANNER: _at_the_desk,
    Role.OFFICER: _of_an_officer,
    Role.CERTIFIER: _of_an_officer,
    Role.ARCHIVIST: _of_an_archivist,
    Role.HEAD: _of_a_head,
    Role.ADMINISTRATOR: _of_an_administrator,
    Role.SYSTEM: _at_the_desk,
}
