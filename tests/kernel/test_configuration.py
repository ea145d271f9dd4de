"""What an operator may set: where it comes from, what is wrong with it, and that the docs tell the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from khoso.configuration import SETTINGS, Misconfigured, load, require, require_types, table

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s" * 40


def test_nothing_set_is_an_embedded_home():
    made = require(load({}))
    assert (made.postgres, made.s3, made.elasticsearch, made.redis) == (None, None, None, None)
    assert made.home.is_absolute()
    assert made.workers >= 1
    assert require(load({"KHOSO_DATABASE_URL": "  ", "DATABASE_URL": "postgresql://x/y"})).postgres is None


def test_a_server_is_named_whole(tmp_path):
    (tmp_path / "search").write_text("s3kret/:@\n", encoding="utf-8")
    made = require(
        load(
            {
                "KHOSO_DATABASE_URL": "postgresql://kho:p%40ss@db:5433/khoso?sslmode=require",
                "KHOSO_SECRET_KEY": SECRET,
                "KHOSO_STORE_URL": "http://s3:9000/kho",
                "KHOSO_S3_ACCESS_KEY": "a",
                "KHOSO_S3_SECRET_KEY": "b",
                "KHOSO_S3_RETENTION_MODE": "compliance",
                "KHOSO_ELASTICSEARCH_URL": "https://search@es:9200/",
                "KHOSO_ELASTICSEARCH_PASSWORD_FILE": str(tmp_path / "search"),
                "KHOSO_REDIS_URL": "redis://broker:6379/3",
                "KHOSO_REDIS_PASSWORD": "x/y",
            }
        )
    )
    assert made.postgres is not None
    assert (made.postgres.host, made.postgres.port, made.postgres.name) == ("db", 5433, "khoso")
    assert (made.postgres.user, made.postgres.password, made.postgres.options) == (
        "kho",
        "p@ss",
        {"sslmode": "require"},
    )
    assert made.s3 is not None
    assert (made.s3.endpoint, made.s3.bucket, made.s3.secure) == ("s3:9000", "kho", False)
    assert made.s3.retention_mode == "COMPLIANCE"
    assert made.elasticsearch is not None
    assert (made.elasticsearch.url, made.elasticsearch.user) == ("https://es:9200", "search")
    assert made.elasticsearch.password == "s3kret/:@"
    assert made.redis == "redis://:x%2Fy@broker:6379/3"


def test_one_file_and_the_environment_above_it(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    file = tmp_path / "khoso.toml"
    file.write_text(
        f'workers = 3\ntls = true\nhosts = ["a.vn", "b.vn"]\nlog = "info"\nsecret_key_file = "{secret}"\n',
        encoding="utf-8",
    )
    made = require(load({"KHOSO_CONFIG": str(file), "KHOSO_WORKERS": "5"}))
    assert (made.workers, made.tls, made.hosts, made.log, made.secret_key) == (
        5,
        True,
        ("a.vn", "b.vn"),
        "INFO",
        SECRET,
    )


def test_every_mistake_is_named_at_once_and_no_secret_is_told(tmp_path):
    file = tmp_path / "khoso.toml"
    file.write_text("worker = 3\nlog = 1.5\n", encoding="utf-8")
    wrong = {
        "KHOSO_CONFIG": str(file),
        "KHOSO_WORKERS": "many",
        "KHOSO_TLS": "perhaps",
        "KHOSO_OCR_ENGINE": "paddle",
        "KHOSO_CODE_TEMPLATE": "{owner}.{seq}",
        "KHOSO_DATABASE_URL": "mysql://kho:topsecret@db/khoso",
        "KHOSO_STORE_URL": "http://s3:9000",
        "KHOSO_S3_ERASE_ACCESS_KEY": "only half",
        "KHOSO_ELASTICSEARCH_URL": "es:9200",
        "KHOSO_REDIS_URL": "redis://broker:port/0",
        "KHOSO_REDIS_PASSWORD": "x",
        "KHOSO_REDIS_PASSWORD_FILE": "/nowhere",
        "KHOSO_SECRET_KEY": "short",
        "KHOSO_CA_FILE": "/nowhere.pem",
        "KHOSO_DATABSE_PASSWORD": "typo",
    }  # fmt: skip
    made = load(wrong)
    told = "\n".join(made.mistakes)
    for name in ("worker»; có phải «workers»?", "«log»", "KHOSO_WORKERS là «many»", "KHOSO_TLS", "KHOSO_OCR_ENGINE",
                 "KHOSO_CODE_TEMPLATE", "KHOSO_DATABASE_URL", "KHOSO_STORE_URL", "KHOSO_S3_ERASE_ACCESS_KEY",
                 "KHOSO_ELASTICSEARCH_URL", "KHOSO_REDIS_URL", "chỉ giữ một", "KHOSO_SECRET_KEY", "KHOSO_CA_FILE",
                 "có phải «KHOSO_DATABASE_PASSWORD»?"):  # fmt: skip
        assert name in told, name
    assert len(made.mistakes) == 15
    assert "topsecret" not in told
    with pytest.raises(Misconfigured, match="KHOSO_TLS"):
        require(made)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"KHOSO_DATABASE_URL": "postgresql://u:p@db/khoso"}, "KHOSO_SECRET_KEY"),
        ({"KHOSO_STORE_URL": "http://s3:9000/kho"}, "KHOSO_S3_ACCESS_KEY"),
        ({"KHOSO_CONFIG": "/nowhere.toml"}, "/nowhere.toml"),
    ],
)
def test_what_belongs_together_is_asked_for(given, missing):
    (told,) = load(given).mistakes
    assert missing in told


def test_a_type_nobody_knows_is_no_type_to_keep():
    made = load({"KHOSO_KEEP_YEARS": "20, land_certficate=70, diploma=50"})
    assert not made.mistakes  # whether there is such a type only the code table tells
    with pytest.raises(Misconfigured, match=r"«land_certficate»; có phải «land_certificate»\?") as told:
        require_types(made, ["diploma", "land_certificate"])
    assert "diploma" not in str(told.value)
    require_types(made, ["diploma", "land_certficate"])


def test_names_of_others_are_let_be():
    assert not load({"KHOSO_SERVICES": "/var/tmp/x", "KHOSO_SPOOL": "x", "DATABASE_URL": "y"}).mistakes


def test_a_command_names_the_mistakes_and_opens_nothing(tmp_path):
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "khoso", "--home", str(home), "check"],
        env={**os.environ, "KHOSO_TLS": "perhaps", "KHOSO_REDIS_URL": "http://x"},
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 2
    assert "KHOSO_TLS là «perhaps»" in done.stderr
    assert "KHOSO_REDIS_URL" in done.stderr
    assert not home.exists()


@pytest.mark.slow
def test_a_command_refuses_to_lock_an_unknown_type(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "khoso", "--home", str(tmp_path / "home"), "check"],
        env={**os.environ, "KHOSO_KEEP_YEARS": "20, birth_certficate=70"},
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 2
    assert "có phải «birth_certificate»?" in done.stderr


def test_the_operators_page_has_every_setting():
    assert table() in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert len(SETTINGS) == len({item.name for item in SETTINGS})


def test_years_of_keeping_are_told_by_type():
    assert load({}).keep_years == (("", 20),)
    assert load({"KHOSO_KEEP_YEARS": "30, land_certificate=70"}).keep_years == (("", 30), ("land_certificate", 70))
    for wrong in ("land_certificate=70", "30, x=", "0", "30, land=101", "30, 1=2", "lots"):
        (mistake,) = load({"KHOSO_KEEP_YEARS": wrong}).mistakes
        assert mistake.startswith("KHOSO_KEEP_YEARS")


def test_a_provider_is_named_whole_and_its_mistakes_are_told():
    made = require(
        load(
            {
                "KHOSO_OIDC_ISSUER": "https://id.example.vn/vneid",
                "KHOSO_OIDC_CLIENT_ID": "kho",
                "KHOSO_OIDC_LEVELS": "2, 3",
            }
        )
    )
    assert (made.oidc_issuer, made.oidc_levels, made.oidc_name) == ("https://id.example.vn/vneid", ("2", "3"), "VNeID")
    assert require(load({"KHOSO_OIDC_ISSUER": "http://127.0.0.1:9400", "KHOSO_OIDC_CLIENT_ID": "kho"})).oidc_issuer
    for wrong, word in (
        ({"KHOSO_OIDC_ISSUER": "https://id.example.vn"}, "KHOSO_OIDC_CLIENT_ID"),
        ({"KHOSO_OIDC_CLIENT_ID": "kho"}, "KHOSO_OIDC_ISSUER"),
        ({"KHOSO_OIDC_ISSUER": "http://id.example.vn", "KHOSO_OIDC_CLIENT_ID": "kho"}, "https://id.example.vn"),
        ({"KHOSO_OIDC_ISSUER": "id.example.vn", "KHOSO_OIDC_CLIENT_ID": "kho"}, "KHOSO_OIDC_ISSUER"),
        ({"KHOSO_OIDC_LEVELS": "2", "KHOSO_OIDC_STRONG_LEVELS": "3"}, "KHOSO_OIDC_STRONG_LEVELS"),
        ({"KHOSO_FACTOR_KEYS": f"{SECRET},short"}, "KHOSO_FACTOR_KEYS"),
    ):
        with pytest.raises(Misconfigured) as told:
            require(load(wrong))
        assert word in str(told.value)
        assert "short" not in str(told.value)
