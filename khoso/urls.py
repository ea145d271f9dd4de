"""Addresses: Vietnamese words for people, `/api/v1` for machines."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from indicators import views as indicators
from ingest import views as ingest
from khoso import health
from khoso.api import api
from khoso.design import design
from khoso.guide import guide
from ocr import versions
from ocr import views as ocr
from ocr.dividing import divide
from ocr.labels import label
from ocr.printing import printed
from people import code_tables, managing_pages
from people import views as people
from search import actions
from search import views as search
from search.on_page import on_page
from signing.verification.sentences import SENTENCES
from warehouse import grants_page, readings_page, validity_page
from warehouse import views as warehouse
from warehouse.models import State

urlpatterns: list[URLPattern | URLResolver] = [
    path("", ingest.inbox, name="inbox"),
    path("dang-nhap", people.sign_in, name="sign-in"),
    path("dang-nhap/ma", people.sign_in_code, name="sign-in-code"),
    path("dang-nhap/dinh-danh", people.vouch, name="vouch"),
    path("dang-nhap/dinh-danh/ve", people.vouched, name="vouched"),
    path("dang-nhap/dinh-danh/ra", people.told_to_leave, name="told-to-leave"),
    path("tai-khoan", people.account, name="account"),
    path("tai-khoan/ma-xac-thuc", people.second_factor, name="second-factor"),
    path("nguoi-dung", managing_pages.people, name="people"),
    path("nguoi-dung/moi", managing_pages.new_person, name="new-person"),
    path("nguoi-dung/thay-doi", managing_pages.changes, name="people-changes"),
    path("nguoi-dung/cho-noi", managing_pages.strangers, name="strangers"),
    path("nguoi-dung/<uuid:pk>", managing_pages.person, name="person"),
    path("don-vi", managing_pages.units_of_a_day, name="units"),
    path("don-vi/moi", managing_pages.new_unit, name="new-unit"),
    path("don-vi/<int:pk>", managing_pages.unit, name="unit"),
    path("lan-dau/<str:secret>", people.invitation, name="invitation"),
    path("dang-xuat", people.sign_out, name="sign-out"),
    path("tiep-nhan", ingest.upload, name="upload"),
    path("cho-xac-nhan", ingest.inbox, {"only": State.TO_CONFIRM.value}, name="to-confirm"),
    path("giay-to/<uuid:pk>", ocr.document, {"sentences": SENTENCES}, name="document"),
    path("giay-to/<uuid:pk>/xac-nhan", ocr.review, name="review"),
    path("giay-to/<uuid:pk>/sua-du-lieu", versions.correction, name="correct"),
    path("giay-to/<uuid:pk>/doi-loai", versions.retyping, name="retype"),
    path("giay-to/<uuid:pk>/du-lieu", versions.versions, name="versions"),
    path("giay-to/<uuid:pk>/hieu-luc", validity_page.validity, name="validity"),
    path("giay-to/<uuid:pk>/nguyen-to", ocr.whole, name="use-whole"),
    path("giay-to/<uuid:pk>/xoay-trang", ocr.turned, name="turn"),
    path("giay-to/<uuid:pk>/chia-van-ban", divide, name="divide"),
    path("giay-to/<uuid:pk>/di-tiep", ocr.resume, name="resume"),
    path("giay-to/<uuid:pk>/trang/<int:number>.jpg", ocr.page, name="page-image"),
    path("giay-to/<uuid:pk>/trang/<int:number>/chu", on_page, name="page-words"),
    path("giay-to/<uuid:pk>/tai/<slug:kind>", ocr.rendition, name="download"),
    path("giay-to/<uuid:pk>/in", printed, name="print"),
    path("giay-to/<uuid:pk>/hien-nhay-cam", warehouse.uncover_document, name="uncover"),
    path("giay-to/<uuid:pk>/mo-tiep", warehouse.renew, name="renew"),
    path("giay-to/<uuid:pk>/thuoc-ve", warehouse.part_of, name="part-of"),
    path("giay-to/<uuid:pk>/ai-da-xem", readings_page.readings, name="readings"),
    path("giay-to/<uuid:pk>/cap-quyen", grants_page.give, name="give"),
    path("nhat-ky-xem", readings_page.readings_of_person, name="readings-of"),
    path("quyen-xem", grants_page.grants, name="grants"),
    path("quyen-xem/<int:pk>/thu-hoi", grants_page.revoke, name="revoke"),
    path("khan-cap", grants_page.emergency, name="emergency"),
    path("khan-cap/<int:pk>/da-xem", grants_page.emergency_seen, name="emergency-seen"),
    path("tim", search.search, name="search"),
    path("tim/goi-y", search.suggestions, name="suggestions"),
    path("bang-dieu-hanh", indicators.board, name="board"),
    path("bang-dieu-hanh/giay-to", indicators.numbers, name="board-numbers"),
    path("tim/luu", actions.save_search, name="save-search"),
    path("tim/da-luu/<int:pk>", actions.saved_search, name="saved-search"),
    path("tim/xuat", actions.export, name="export"),
    path("giay-to/<uuid:pk>/giong", actions.more_like, name="more-like"),
    path("danh-muc", code_tables.tables, name="code-tables"),
    path("danh-muc/<slug:name>", code_tables.table, {"label": label}, name="code-table"),
    path("danh-muc/<slug:name>/moi", code_tables.new_row, {"label": label}, name="new-code-row"),
    path("danh-muc/<slug:name>/<int:pk>", code_tables.row, {"label": label}, name="code-row"),
    path("giao-dien", design, name="design"),
    path("dung-thu", guide, name="guide"),
    path("ngon-ngu", set_language, name="set_language"),
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

handler500 = "khoso.away.failed"
