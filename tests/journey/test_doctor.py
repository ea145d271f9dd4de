"""`khoso doctor`: every part in a row, also when everything around is away."""

import pytest

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
    assert rows["Mã xác thực"]["detail"] == "0 mã, 0 không mở được"
    assert rows["Danh mục"]["milliseconds"] >= 0


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
