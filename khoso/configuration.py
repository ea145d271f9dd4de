"""What an operator may set: from the environment or one TOML file, read once, typed, every mistake named at once.

`KHOSO_NAME=value` in the environment, or `name = value` in the file `KHOSO_CONFIG` names; the environment wins. Secrets
may stand in files of their own: `KHOSO_NAME_FILE=/run/secrets/name`. An empty value counts as not given.

Reading never fails, so that tools may load the settings; `require` does, with a sentence for every mistake and how to
mend it. Names start with `KHOSO_` so that a `DATABASE_URL` meant for something else never reaches a Kho.
"""

import difflib
import os
import re
import ssl
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from gettext import gettext as _
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

import platformdirs

PREFIX = "KHOSO_"
CONFIG = "KHOSO_CONFIG"
LEAST_SECRET = 32  # characters of the secret the pages' sessions hang on


class Misconfigured(Exception):
    """The configuration holds mistakes; the message names each with how to mend it."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in words:
        raise ValueError(_("chỉ nhận 1 hoặc 0"))
    return words[value.lower()]


def _items(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _hosts(value: str) -> tuple[str, ...]:
    """Names as Django compares them: with an address around one it would never match, and everybody be refused."""
    for item in _items(value):
        if not re.fullmatch(r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:]+\]", item):
            raise ValueError(
                _("«%(item)s»: chỉ ghi tên máy, như kho.example.vn, không có https://, cổng hay /") % {"item": item}
            )
    return _items(value)


def _origins(value: str) -> tuple[str, ...]:
    for item in _items(value):
        if not re.fullmatch(r"https?://(\*\.)?[^/\s?#@]+", item):
            raise ValueError(
                _("«%(item)s»: phải có dạng %(example)s, không có / ở cuối")
                % {"item": item, "example": "https://kho.example.vn"}
            )
    return _items(value)


def _home(value: str) -> Path:
    return Path(value or platformdirs.user_data_dir("khoso", appauthor=False)).expanduser().absolute()


def _file(value: str) -> Path | None:
    if not value:
        return None
    path = Path(value).expanduser().absolute()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError(_("không phải là tệp đọc được"))
    return path


def _roots(value: str) -> Path | None:
    path = _file(value)
    if path is not None:
        try:
            held = ssl.create_default_context(cafile=str(path)).cert_store_stats()["x509"]
        except (ssl.SSLError, OSError):
            held = 0
        if not held:
            raise ValueError(_("không có chứng thư nào; phải là tệp PEM (-----BEGIN CERTIFICATE-----)"))
    return path


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(_("phải là số nguyên từ %(least)s đến %(most)s") % {"least": least, "most": most})
        return number

    return parse


def _cores(value: str) -> int:
    return _number(1, 256)(value) if value else os.cpu_count() or 1


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        for word in words:
            if word.lower() == value.lower():
                return word
        raise ValueError(_("chỉ nhận %(words)s") % {"words": ", ".join(words)})

    return parse


def _reader(value: str) -> str:
    if re.fullmatch(r"[\w.]+:\w+", value):
        return value
    try:
        return _one_of("both", "tesserocr", "pytesseract")(value)
    except ValueError as error:
        raise ValueError(_("%(known)s, hoặc module:Class") % {"known": error}) from None


def _template(value: str) -> str:
    try:
        codes = {value.format(owner_id="", doc_type_code="", seq=seq, year=2026, dossier="") for seq in ("001", "002")}
    except (LookupError, ValueError, AttributeError):
        codes = set()
    if len(codes) != 2:
        raise ValueError(_("phải có {seq}, ngoài ra chỉ có {owner_id} {doc_type_code} {year} {dossier}"))
    return value


def _dossier_pattern(value: str) -> str:
    try:
        found = re.fullmatch(value, "H36.12-260102-0001", re.ASCII) or re.fullmatch(
            value, "000.00.12.H36-260102-0001", re.ASCII
        )
    except re.error:
        found = None
    if not found:
        raise ValueError(_("phải là biểu thức chính quy nhận mã như H36.12-260102-0001"))
    return value


def _keeping(value: str) -> tuple[tuple[str, int], ...]:
    """`20, land_certificate=70` as pairs; the one without a name comes first, under an empty one."""
    years = {}
    for item in _items(value):
        name, _sign, number = item.rpartition("=")
        years[name.strip()] = _number(1, 100)(number)
    if "" not in years or not all(name == "" or name.replace("_", "").isalpha() for name in years):
        raise ValueError(_("phải có dạng: 20, land_certificate=70 (số năm chung, rồi từng loại giấy tờ)"))
    return tuple(sorted(years.items()))


def _secret(value: str) -> str:
    if value and len(value) < LEAST_SECRET:
        raise ValueError(_("cần ít nhất %(least)s ký tự; tạo bằng: openssl rand -hex 32") % {"least": LEAST_SECRET})
    return value


def _secrets(value: str) -> tuple[str, ...]:
    return tuple(_secret(item) for item in _items(value))


def _issuer(value: str) -> str:
    url = urlsplit(value)
    here = url.hostname in {"127.0.0.1", "localhost", "::1"}
    if value and (not url.hostname or url.scheme != "https") and not (here and url.scheme == "http"):
        raise ValueError(_("phải có dạng %(example)s") % {"example": "https://id.example.vn"})
    if url.query or url.fragment:
        raise ValueError(_("phải có dạng %(example)s") % {"example": "https://id.example.vn"})
    return value


def _address(example: str, *schemes: str, path: bool = False) -> Callable[[str], SplitResult | None]:
    """A URL of one of the schemes with a host, and with a path when `path`; empty is None."""

    def parse(value: str) -> SplitResult | None:
        if not value:
            return None
        url = urlsplit(value)
        try:
            right = url.scheme in schemes and bool(url.hostname) and (url.port is None or url.port > 0)
        except ValueError:  # the port is no number
            right = False
        if not right or (path and len(url.path.strip("/")) == 0):
            raise ValueError(_("phải có dạng %(example)s") % {"example": example})
        return url

    return parse


def _database(value: str) -> SplitResult | None:
    """Also its options: one libpq does not know would only show as a server that never answers."""
    url = _address("postgresql://user:password@host:5432/name", "postgresql", "postgres", path=True)(value)
    if url is not None and url.query:
        from psycopg import ProgrammingError  # loaded only where there is such a server
        from psycopg.conninfo import make_conninfo

        try:
            make_conninfo(**dict(parse_qsl(url.query, strict_parsing=True)))
        except (ProgrammingError, ValueError) as error:
            raise ValueError(
                _("phần sau dấu ? không đúng (%(detail)s); ví dụ: ?sslmode=verify-full")
                % {"detail": str(error).strip()}
            ) from None
    return url


def _broker(value: str) -> SplitResult | None:
    example = "redis://:password@host:6379/0"
    url = _address(example, "redis", "rediss")(value)
    if url is not None and not re.fullmatch(r"/?|/\d{1,5}", url.path):
        raise ValueError(_("sau cổng là số của cơ sở dữ liệu, như %(example)s") % {"example": example})
    return url


def _prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", value):
        raise ValueError(_("chỉ gồm chữ thường không dấu, chữ số, «-», «_», «.», và bắt đầu bằng chữ hoặc số"))
    return value


def _bucket(value: str) -> SplitResult | None:
    url = _address("https://host:9000/bucket", "http", "https", path=True)(value)
    if url is not None and ("/" in url.path.strip("/") or url.username):
        raise ValueError(
            _("phải có dạng https://host:9000/bucket, khóa đặt ở KHOSO_S3_ACCESS_KEY và KHOSO_S3_SECRET_KEY")
        )
    if url is not None and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", url.path.strip("/")):
        raise ValueError(
            _("tên ngăn «%(bucket)s» không đúng: 3 đến 63 chữ thường không dấu, chữ số, «-», «.»")
            % {"bucket": url.path.strip("/")}
        )
    return url


def setting(parse: Callable[[str], Any], says: str, default: str = "", *, secret: bool = False, shown: str = "") -> Any:
    """One line of the table of settings.

    Args:
        parse: makes the value of its text; raises ValueError with what is right, never with the value.
        says: what it is, for the operator's table.
        default: the text used when nothing is given.
        secret: also taken from a file (`…_FILE`), never shown.
        shown: the default in words, where the text does not say it.
    """
    meta = {"parse": parse, "says": says, "shown": shown or f"`{default}`", "secret": secret}
    return field(default_factory=lambda: parse(default), metadata=meta)


@dataclass(frozen=True, slots=True)
class Postgres:
    """A PostgreSQL server. Times in seconds."""

    host: str
    port: int
    name: str
    user: str
    password: str
    options: Mapping[str, str]
    pool: int


@dataclass(frozen=True, slots=True)
class S3:
    """A bucket on an S3 server. The erasing keys are empty where nothing may be erased."""

    endpoint: str
    bucket: str
    secure: bool
    access_key: str
    secret_key: str
    erase_access_key: str
    erase_secret_key: str
    region: str
    retention_mode: str
    encrypted: bool
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class Elasticsearch:
    """An Elasticsearch server and what our index names start with. `url` is without credentials."""

    url: str
    user: str
    password: str
    prefix: str
    ca_file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything an operator may set, in the order of the table in docs/operating.md."""

    home: Path = setting(
        _home, "the folder of the Kho; on a server a process's place to work", shown="XDG data directory"
    )
    workers: int = setting(_cores, "worker processes", shown="number of cores")
    worker_memory: int = setting(
        _number(200, 100_000), "MiB of a worker process, above which a fresh one takes over", "1000"
    )
    ocr_engine: str = setting(
        _reader, "reader: `both`, `tesserocr`, `pytesseract`, or one of your own, `module:Class`", "both"
    )
    agency_name: str = setting(_text, "the agency in the seal", "CƠ QUAN MẪU (PHÁT TRIỂN)", shown="a specimen name")
    code_template: str = setting(
        _template,
        "form of the code; also knows `{year}` and `{dossier}`; what is empty goes with its joint",
        "{owner_id}.{doc_type_code}.{seq}",
    )
    dossier_pattern: str = setting(
        _dossier_pattern,
        "form of a dossier code, a regular expression with the same three parts",
        r"[0-9A-Z]+(?:\.[0-9A-Z]+)*-\d{6}-\d{4,}",
    )
    developer: bool = setting(_flag, "`1`: shows `/giao-dien`, every building block of the pages", "0")
    language: str = setting(_one_of("vi", "en"), "language of commands; `--lang` wins", "vi", shown="that of `LANG`")
    hosts: tuple[str, ...] = setting(_hosts, "further host names the pages answer to, with commas", shown="–")
    origins: tuple[str, ...] = setting(_origins, "origins that may post forms, `https://kho.example.vn`", shown="–")
    tls: bool = setting(_flag, "`1` behind a TLS proxy: cookies only over TLS", "0")
    secret_key: str = setting(
        _secret,
        "what sign-ins hang on; the same on every machine of a server",
        secret=True,
        shown="`secret.key` in the home",
    )
    factor_keys: tuple[str, ...] = setting(
        _secrets,
        "keys that lock second factors in the database, newest first, with commas",
        secret=True,
        shown="made of the secret key",
    )
    oidc_issuer: str = setting(
        _issuer, "who vouches for people (OpenID Connect): `https://id.example.vn`", shown="nobody: passwords alone"
    )
    oidc_client_id: str = setting(_text, "what the provider knows this Kho by", shown="–")
    oidc_client_secret: str = setting(_text, "its secret there", secret=True, shown="–")
    oidc_name: str = setting(_text, "what people call the provider", "VNeID")
    oidc_levels: tuple[str, ...] = setting(
        _items, "levels of assurance (`acr`) that may come in, with commas", shown="any"
    )
    oidc_strong_levels: tuple[str, ...] = setting(
        _items, "levels that stand for a second factor, with commas", shown="none"
    )
    log: str = setting(_one_of("DEBUG", "INFO", "WARNING", "ERROR"), "log level", "WARNING")
    log_format: str = setting(_one_of("plain", "json"), "`plain`, or `json`: one object per line", "plain")
    metrics_token: str = setting(
        _text, "token that `/metrics` asks for; without one only this machine may read it", secret=True, shown="–"
    )
    database_url: SplitResult | None = setting(
        _database,
        "PostgreSQL: `postgresql://user:password@host:5432/name`",
        secret=True,
        shown="SQLite in the home",
    )
    database_password: str = setting(_text, "the password, where the URL has none", secret=True, shown="–")
    database_pool: int = setting(_number(1, 200), "most connections of one process", "10")
    store_url: SplitResult | None = setting(
        _bucket, "S3 server and bucket: `https://host:9000/bucket`", shown="`store/` in the home"
    )
    s3_access_key: str = setting(_text, "key that writes, reads, locks", secret=True, shown="–")
    s3_secret_key: str = setting(_text, "its secret", secret=True, shown="–")
    s3_erase_access_key: str = setting(_text, "another key, for lawful erasure alone", secret=True, shown="–")
    s3_erase_secret_key: str = setting(_text, "its secret", secret=True, shown="–")
    s3_region: str = setting(_text, "region", "us-east-1")
    s3_retention_mode: str = setting(
        _one_of("GOVERNANCE", "COMPLIANCE"),
        "lock of filed objects: `GOVERNANCE`, or `COMPLIANCE` (nobody can erase before the end)",
        "GOVERNANCE",
    )
    keep_years: tuple[tuple[str, int], ...] = setting(
        _keeping, "years that filed papers are locked, and of single types: `20, land_certificate=70`", "20"
    )
    s3_encrypted: bool = setting(_flag, "`1`: ask the server to encrypt (SSE-S3)", "0")
    elasticsearch_url: SplitResult | None = setting(
        _address("https://user:password@host:9200", "http", "https"),
        "Elasticsearch 9: `https://user:password@host:9200`",
        secret=True,
        shown="index in the home",
    )
    elasticsearch_password: str = setting(_text, "the password, where the URL has none", secret=True, shown="–")
    elasticsearch_prefix: str = setting(_prefix, "what our index names start with", "khoso")
    redis_url: SplitResult | None = setting(
        _broker,
        "Redis: `redis://:password@host:6379/0`",
        secret=True,
        shown="none: workers look for work themselves",
    )
    redis_password: str = setting(_text, "the password, where the URL has none", secret=True, shown="–")
    ca_file: Path | None = setting(_roots, "PEM file of roots for TLS to these servers", shown="those of the system")

    mistakes: tuple[str, ...] = ()

    @property
    def postgres(self) -> Postgres | None:
        """The database server; None is SQLite in the home."""
        url = self.database_url
        if url is None:
            return None
        options = dict(parse_qsl(url.query))
        if self.ca_file is not None:
            options.setdefault("sslrootcert", str(self.ca_file))
        elif options.get("sslmode") == "verify-full":
            options.setdefault("sslrootcert", "system")
        return Postgres(
            host=url.hostname or "",
            port=url.port or 5432,
            name=unquote(url.path.lstrip("/")),
            user=unquote(url.username or ""),
            password=unquote(url.password or "") or self.database_password,
            options=options,
            pool=self.database_pool,
        )

    @property
    def s3(self) -> S3 | None:
        """The object store's server; None is a folder in the home."""
        url = self.store_url
        if url is None:
            return None
        return S3(
            endpoint=url.netloc,
            bucket=url.path.strip("/"),
            secure=url.scheme == "https",
            access_key=self.s3_access_key,
            secret_key=self.s3_secret_key,
            erase_access_key=self.s3_erase_access_key,
            erase_secret_key=self.s3_erase_secret_key,
            region=self.s3_region,
            retention_mode=self.s3_retention_mode,
            encrypted=self.s3_encrypted,
            ca_file=self.ca_file,
        )

    @property
    def elasticsearch(self) -> Elasticsearch | None:
        """The search server; None is the index in the home."""
        url = self.elasticsearch_url
        if url is None:
            return None
        return Elasticsearch(
            url=f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path.rstrip('/')}",
            user=unquote(url.username or "") or "elastic",
            password=unquote(url.password or "") or self.elasticsearch_password,
            prefix=self.elasticsearch_prefix,
            ca_file=self.ca_file,
        )

    @property
    def redis(self) -> str | None:
        """The broker's whole URL, for TLS with how its certificate is judged; None is no broker."""
        url = self.redis_url
        if url is None:
            return None
        if url.scheme == "rediss":  # kombu speaks in the clear where the URL says nothing of certificates
            query = {"ssl_cert_reqs": "required"}
            if self.ca_file is not None:
                query["ssl_ca_certs"] = str(self.ca_file)
            url = url._replace(query=urlencode({**query, **dict(parse_qsl(url.query))}))
        if url.password or not self.redis_password:
            return url.geturl()
        place = url.netloc.rpartition("@")[2]
        user = url.username or ""
        return url._replace(netloc=f"{user}:{quote(self.redis_password, safe='')}@{place}").geturl()


def require(configuration: Configuration) -> Configuration:
    """The configuration, if it is right.

    Raises:
        Misconfigured: it is not; the message has a line for each mistake.
    """
    if configuration.mistakes:
        raise Misconfigured("\n".join((_("cấu hình có chỗ sai:"), *(f"  {line}" for line in configuration.mistakes))))
    return configuration


def require_types(configuration: Configuration, known: Iterable[str]) -> None:
    """Types of documents that settings name: only the code table tells right ones from slips of the pen.

    Args:
        known: the slugs in the code table.

    Raises:
        Misconfigured: some are not there; the message has a line for each.
    """
    known = tuple(known)
    lines = [
        "  KHOSO_KEEP_YEARS: " + _unknown_type(name, known)
        for name, _years in configuration.keep_years
        if name and name not in known
    ]
    if lines:
        raise Misconfigured("\n".join((_("cấu hình có chỗ sai:"), *lines)))


def load(environment: Mapping[str, str]) -> Configuration:
    """Read the configuration. Never fails: a mistaken setting keeps its default and is named in `mistakes`."""
    mistakes: list[str] = []
    written = _written(environment, mistakes)
    values: dict[str, Any] = {}
    for item in SETTINGS:
        text = _given(item.name, environment, written, mistakes, secret=item.metadata["secret"])
        if not text:
            continue
        try:
            values[item.name] = item.metadata["parse"](text)
        except ValueError as error:
            name = f"{PREFIX}{item.name.upper()}"
            if not item.metadata["secret"]:
                name = _("%(setting)s là «%(value)s»") % {"setting": name, "value": text}
            mistakes.append(f"{name}: {error}")
    made = Configuration(**values)
    told = any(line.lower().startswith("khoso_secret_key") or line.startswith("secret_key") for line in mistakes)
    return Configuration(**values, mistakes=(*mistakes, *_together(made, secret_told=told), *_misspelt(environment)))


def probe_keys(environment: Mapping[str, str]) -> tuple[str, str]:
    """The keys of a server that is only tried, by the names its other tools use: `S3_ACCESS_KEY`, `S3_SECRET_KEY`."""
    return environment.get("S3_ACCESS_KEY", "").strip(), environment.get("S3_SECRET_KEY", "").strip()


SETTINGS = tuple(item for item in fields(Configuration) if item.name != "mistakes")
_NAMES = frozenset(item.name for item in SETTINGS)


def _written(environment: Mapping[str, str], mistakes: list[str]) -> dict[str, str]:
    """What the TOML file says, as texts."""
    place = environment.get(CONFIG, "").strip()
    if not place:
        return {}
    try:
        table = tomllib.loads(Path(place).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        mistakes.append(_unreadable(CONFIG, place, error.strerror or ""))
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{place}: " + _("không phải TOML đúng: %(detail)s") % {"detail": error})
        return {}
    written = {}
    for name, value in table.items():
        if name.removesuffix("_file") not in _NAMES and name not in _NAMES:
            mistakes.append(f"{place}: " + _unknown(name, _NAMES, 0.6))
        elif isinstance(value, bool):
            written[name] = "1" if value else "0"
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            written[name] = ",".join(value)
        elif isinstance(value, str | int):
            written[name] = str(value)
        else:
            mistakes.append(
                f"{place}: " + _("«%(setting)s» phải là chuỗi, số, true/false hoặc danh sách chuỗi") % {"setting": name}
            )
    return written


def _given(
    name: str, environment: Mapping[str, str], written: Mapping[str, str], mistakes: list[str], *, secret: bool
) -> str:
    """The text given for a setting: from the environment, else the file; a secret perhaps in a file of its own."""
    variable = PREFIX + name.upper()
    for direct, place, source in (
        (environment.get(variable, ""), environment.get(f"{variable}_FILE", "") if secret else "", variable),
        (written.get(name, ""), written.get(f"{name}_file", "") if secret else "", name),
    ):
        if direct.strip() and place.strip():
            other = f"{source}_FILE" if source == variable else f"{source}_file"
            mistakes.append(
                _("%(setting)s và %(other)s cùng được đặt: chỉ giữ một") % {"setting": source, "other": other}
            )
        if direct.strip():
            return direct.strip()
        if place.strip():
            setting = f"{source}_FILE" if source == variable else f"{source}_file"
            try:
                held = Path(place.strip()).expanduser().read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                said = error.strerror if isinstance(error, OSError) else _("không phải chữ")
                mistakes.append(_unreadable(setting, place, said or ""))
                return ""
            if not held:
                words = {"setting": setting, "value": place}
                mistakes.append(_("%(setting)s là «%(value)s»: tệp rỗng; ghi bí mật vào đó") % words)
            return held
    return ""


def _together(made: Configuration, *, secret_told: bool) -> list[str]:
    """Mistakes that only show when settings are seen together. `secret_told`: what is wrong with the secret key is told already."""
    found = []
    if made.store_url is not None and not (made.s3_access_key and made.s3_secret_key):
        found.append(_("KHOSO_STORE_URL: thiếu khóa; đặt KHOSO_S3_ACCESS_KEY và KHOSO_S3_SECRET_KEY (hoặc …_FILE)"))
    if bool(made.s3_erase_access_key) != bool(made.s3_erase_secret_key):
        found.append(_("KHOSO_S3_ERASE_ACCESS_KEY và KHOSO_S3_ERASE_SECRET_KEY phải đi cùng nhau"))
    if bool(made.oidc_issuer) != bool(made.oidc_client_id):
        found.append(_("KHOSO_OIDC_ISSUER và KHOSO_OIDC_CLIENT_ID phải đi cùng nhau"))
    unknown = set(made.oidc_strong_levels) - set(made.oidc_levels) if made.oidc_levels else set()
    if unknown:
        found.append(
            _("KHOSO_OIDC_STRONG_LEVELS: «%(levels)s» không có trong KHOSO_OIDC_LEVELS nên không bao giờ được vào")
            % {"levels": ", ".join(sorted(unknown))}
        )
    if made.database_url is not None and not made.secret_key and not secret_told:
        found.append(
            _(
                "KHOSO_SECRET_KEY: bắt buộc khi dùng PostgreSQL, mọi máy phải có cùng một giá trị; tạo bằng: openssl rand -hex 32"
            )
        )
    return found


def _misspelt(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like ours but are not: a slip of the pen must not open the wrong Kho."""
    known = {PREFIX + name.upper() for name in _NAMES} | {CONFIG}
    known |= {f"{PREFIX}{item.name.upper()}_FILE" for item in SETTINGS if item.metadata["secret"]}
    found = []
    for name in sorted(environment):
        ours = name.startswith(PREFIX) and name not in known and environment[name].strip()
        if ours and difflib.get_close_matches(name, known, n=1, cutoff=0.86):
            found.append(_unknown(name, known, 0.86))
    return found


def _unknown(name: str, known: Iterable[str], cutoff: float) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    if not close:
        return _("không có thiết lập «%(setting)s»") % {"setting": name}
    return _("không có thiết lập «%(setting)s»; có phải «%(near)s»?") % {"setting": name, "near": close[0]}


def _unknown_type(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    if not close:
        return _("không có loại giấy tờ «%(name)s»") % {"name": name}
    return _("không có loại giấy tờ «%(name)s»; có phải «%(near)s»?") % {"name": name, "near": close[0]}


def _unreadable(setting: str, value: str, detail: str) -> str:
    words = {"setting": setting, "value": value, "detail": detail}
    return _("%(setting)s là «%(value)s»: không đọc được (%(detail)s); xem đường dẫn và quyền đọc") % words


def table() -> str:
    """All settings as the Markdown table of docs/operating.md; `*` marks those that may come from a file."""
    lines = ["| name | default | what |", "|---|---|---|"]
    for item in SETTINGS:
        name = f"`{PREFIX}{item.name.upper()}`" + ("\\*" if item.metadata["secret"] else "")
        lines.append(f"| {name} | {item.metadata['shown']} | {item.metadata['says']} |")
    return "\n".join(lines)
