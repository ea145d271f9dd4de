"""`khoso doctor`: every part in a row, also when everything around is away."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from khoso.doctor import _workers
from khoso.kernel.clock import system_clock
from khoso.metrics import registry
from khoso.wiring import tools
from khoso.worker import Worker
from warehouse import leasing
from warehouse.models import Document, Hold
from warehouse.moving import Intake, create

AWAY = {
    "KHOSO_SECRET_KEY": "only for tests, and long enough for them",
    "KHOSO_STORE_URL": "http://127.0.0.1:2/kho",
    "KHOSO_S3_ACCESS_KEY": "a",
    "KHOSO_S3_SECRET_KEY": "b",
    "KHOSO_ELASTICSEARCH_URL": "http://127.0.0.1:3",
    "KHOSO_REDIS_URL": "redis://127.0.0.1:4/0",
    "KHOSO_OIDC_ISSUER": "http://127.0.0.1:5",
    "KHOSO_OIDC_CLIENT_ID": "kho",
}


@pytest.mark.slow
def test_an_embedded_home_is_well(home):
    rows = {row["part"]: row for row in home.json("doctor")}
    assert {"Python", "tesseract vie", "Danh mục", "OCR", "Kho đối tượng", "Chỉ mục", "Khóa ký", "Giấy tờ"} <= set(rows)
    assert "hết hạn" in rows["Khóa ký"]["detail"]
    root = x509.load_pem_x509_certificate((home.path / "ca" / "root.pem").read_bytes())
    assert f"gốc {root.fingerprint(hashes.SHA256()).hex()[:16]}" in rows["Khóa ký"]["detail"]
    assert rows["Mã xác thực"]["detail"] == "0 mã, 0 không mở được"
    assert rows["Danh mục"]["milliseconds"] >= 0
    assert "không có tiến trình nào trả lời; không có giấy tờ chờ" in rows["Tiến trình xử lý"]["detail"]


@pytest.mark.slow
def test_servers_that_are_away_are_rows_with_advice(home):
    rows = {row["part"]: row for row in home.json("doctor", check=4, env=AWAY)}
    for part in ("Kho đối tượng", "Chỉ mục", "Chuông Redis", "VNeID"):
        assert not rows[part]["good"]
        assert rows[part]["detail"]
        assert rows[part]["advice"]
    assert rows["Danh mục"]["good"]


@pytest.mark.slow
def test_a_database_that_is_away_is_told_with_its_reason_and_blamed_for_nothing_else(home):
    away = AWAY | {"KHOSO_DATABASE_URL": "postgresql://kho:kho@127.0.0.1:6/kho"}
    rows = {
        row["part"]: row
        for row in home.json(
            "doctor",
            check=4,
            env=dict.fromkeys(AWAY, "") | {name: away[name] for name in ("KHOSO_SECRET_KEY", "KHOSO_DATABASE_URL")},
        )
    }
    assert {name for name, row in rows.items() if not row["good"]} == {"Danh mục"}
    assert "127.0.0.1:6" in rows["Danh mục"]["detail"]
    assert "refused" in rows["Danh mục"]["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tables")
class TestWorkers:
    """Who takes papers on: said by workers themselves, for a while, and by the leases they hold."""

    def test_papers_that_nobody_takes_on_are_told_with_how_long_they_wait(self, person):
        hour_ago = system_clock() - timedelta(hours=3)
        create("a".ljust(64, "."), "a", (), intake=Intake(by=person, queue="today"), now=hour_ago)
        create("b".ljust(64, "."), "b", (), intake=Intake(by=person, queue="today"), now=system_clock())
        row = _workers()
        assert not row.good
        assert row.detail == "không có tiến trình nào trả lời; 2 giấy tờ chờ, lâu nhất 3 giờ"
        assert "khoso" in row.advice

    def test_an_idle_worker_is_seen_until_it_ends(self):
        with tools() as made:
            worker = Worker(made)
            worker._housekeep(idle=True)
            assert _workers().detail.startswith("1 tiến trình trả lời")
            assert registry(system_clock).get_sample_value("khoso_workers") == 1
            assert not Hold.objects.filter(owner=worker.name, name="sealer", until__gt=system_clock()).exists()
            worker.close()
        assert leasing.at_work(now=system_clock()) == set()

    def test_a_worker_that_was_killed_is_believed_for_half_a_minute_only(self):
        long_ago, now = system_clock() - timedelta(days=2), system_clock()
        leasing.say_at_work("host:1:old", now=long_ago)
        leasing.say_at_work("host:2:dead", now=now - leasing.AT_WORK)
        assert leasing.at_work(now=now) == set()
        leasing.say_at_work("host:3:new", now=now)
        assert leasing.at_work(now=now) == {"host:3:new"}
        assert not Hold.objects.filter(owner="host:1:old").exists()

    def test_one_with_a_long_step_in_hand_is_seen_by_its_lease_and_its_second_lane_is_no_other(self, person):
        now = system_clock()
        for name, worker in (("a", "host:1:busy"), ("b", f"host:1:busy{leasing.SECOND_LANE}")):
            document = create(name.ljust(64, "."), name, (), intake=Intake(by=person, queue="today"), now=now)[0]
            Document.objects.filter(pk=document.pk).update(lease_owner=worker, lease_until=now + leasing.LEASE)
        assert leasing.at_work(now=now) == {"host:1:busy"}
        assert _workers().good
