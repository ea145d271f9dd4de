"""What an operator may set: where it comes from, what is wrong with it, and that the docs tell the same."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

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
    ("name", "value", "told"),
    [
        ("STORE_URL", "http://s3:9000/Kho_1", "tên ngăn «Kho_1»"),
        ("REDIS_URL", "redis://broker:6379/queue", "số của cơ sở dữ liệu"),
        ("ELASTICSEARCH_PREFIX", "Kho 1", "chữ thường"),
        ("HOSTS", "kho.example.vn, https://kho.example.vn", "«https://kho.example.vn»: chỉ ghi tên máy"),
        ("HOSTS", "kho.example.vn:443", "cổng"),
        ("ORIGINS", "kho.example.vn", "phải có dạng https://kho.example.vn"),
        ("ORIGINS", "https://kho.example.vn/", "không có / ở cuối"),
        ("DATABASE_URL", "postgresql://u:topsecret@db/khoso?sslmod=require", "sslmod"),
    ],
)
def test_what_no_server_would_take_is_named_before_one_is_asked(name, value, told):
    known = {"KHOSO_SECRET_KEY": SECRET, "KHOSO_S3_ACCESS_KEY": "a", "KHOSO_S3_SECRET_KEY": "b"}
    (said,) = load({**known, f"KHOSO_{name}": value}).mistakes
    assert said.startswith(f"KHOSO_{name}")
    assert told in said
    assert "topsecret" not in said


def test_names_and_origins_as_they_should_be_are_taken():
    made = require(
        load(
            {
                "KHOSO_HOSTS": "kho.example.vn,.example.vn,10.0.0.7,[::1],*",
                "KHOSO_ORIGINS": "https://kho.example.vn,https://*.example.vn:8443",
            }
        )
    )
    assert len(made.hosts) == 5
    assert len(made.origins) == 2


def test_roots_for_tls_reach_every_server(tmp_path):
    roots = tmp_path / "roots.pem"
    roots.write_text("-----BEGIN NOTHING-----\n", encoding="utf-8")
    tls = {
        "KHOSO_SECRET_KEY": SECRET,
        "KHOSO_DATABASE_URL": "postgresql://u:p@db/khoso?sslmode=verify-full",
        "KHOSO_REDIS_URL": "rediss://:p@broker:6379/1",
        "KHOSO_CA_FILE": str(roots),
    }
    (told,) = load(tls).mistakes
    assert told.startswith("KHOSO_CA_FILE")
    assert "chứng thư" in told
    roots.write_bytes(_root())
    made = require(load(tls))
    assert made.postgres is not None
    assert made.postgres.options == {"sslmode": "verify-full", "sslrootcert": str(roots)}
    assert dict(parse_qsl(urlsplit(made.redis).query)) == {"ssl_cert_reqs": "required", "ssl_ca_certs": str(roots)}
    system = require(load({name: value for name, value in tls.items() if name != "KHOSO_CA_FILE"}))
    assert system.postgres is not None
    assert system.postgres.options["sslrootcert"] == "system"
    assert urlsplit(system.redis).query == "ssl_cert_reqs=required"


def _root():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SPECIMEN")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_a_secret_is_named_as_it_was_written(tmp_path):
    blank, file = tmp_path / "blank", tmp_path / "khoso.toml"
    blank.write_text("\n", encoding="utf-8")
    file.write_text(f'redis_password_file = "{blank}"\nmetrics_token_file = "/nowhere"\n', encoding="utf-8")
    told = sorted(load({"KHOSO_CONFIG": str(file), "KHOSO_S3_SECRET_KEY_FILE": str(blank)}).mistakes)
    assert [line.partition(" là ")[0] for line in told] == [
        "KHOSO_S3_SECRET_KEY_FILE",
        "metrics_token_file",
        "redis_password_file",
    ]
    assert "tệp rỗng" in told[0]
    assert "quyền đọc" in told[1]


def test_a_secret_key_that_is_too_short_is_told_once():
    (told,) = load({"KHOSO_DATABASE_URL": "postgresql://u:p@db/khoso", "KHOSO_SECRET_KEY": "short"}).mistakes
    assert "ít nhất 32" in told


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
