"""Django's settings, made of the configuration. Loads with an empty environment and with a mistaken one.

Commands that open a Kho call `khoso.configuration.require` first and name every mistake.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from khoso import configuration
from khoso.logs import FILTERS, formatters

PROJECT = Path(__file__).resolve().parent
KHOSO = configuration.load(os.environ)
"""Everything an operator may set; `khoso.wiring` makes the tools of it."""
KHOSO_PROBE_KEYS = configuration.probe_keys(os.environ)


def _secret(home: Path) -> str:
    """The home's own secret, made by `khoso.embedded.prepare`; without a home yet, one for this process alone."""
    kept = home / "secret.key"
    return kept.read_text(encoding="ascii").strip() if kept.is_file() else secrets.token_urlsafe(50)


def _database(home: Path) -> dict[str, Any]:
    server = KHOSO.postgres
    if server is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "catalogue.sqlite3",
            "OPTIONS": {
                # A write lock at the start of each transaction: waiting beats failing half way with «database is locked».
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: NORMAL may lose an acknowledged upload at a power cut.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    from khoso import postgres

    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": server.name,
        "HOST": server.host,
        "PORT": server.port,
        "USER": server.user,
        "PASSWORD": server.password,
        "OPTIONS": {
            **postgres.OPTIONS,
            "pool": {
                "min_size": 0,
                "max_size": server.pool,
                "timeout": postgres.POOL,
                "max_idle": 120,
                "connection_class": postgres.Connection,
            },
            **server.options,
        },
        "CONN_HEALTH_CHECKS": True,
    }


_TALKATIVE = ("asyncio", "celery", "django", "fontTools", "kombu", "PIL", "psycopg", "pyhanko",
              "pyhanko_certvalidator", "pypdf")  # fmt: skip

KHOSO_HOME = KHOSO.home
KHOSO_WORKERS = KHOSO.workers
KHOSO_OCR_ENGINE = KHOSO.ocr_engine
KHOSO_AGENCY_NAME = KHOSO.agency_name
KHOSO_CODE_TEMPLATE = KHOSO.code_template
KHOSO_DOSSIER_PATTERN = KHOSO.dossier_pattern

SECRET_KEY = KHOSO.secret_key or _secret(KHOSO_HOME)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *KHOSO.hosts]
CSRF_TRUSTED_ORIGINS = list(KHOSO.origins)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "people",
    "catalogue",
    "warehouse",
    "ingest",
    "ocr",
    "signing",
    "search",
    "indicators",
    "khoso",
]
MIDDLEWARE = [
    "khoso.logs.RequestIdMiddleware",
    "khoso.proxied.ClientAddress",
    "khoso.machine.MachineFaultsMiddleware",
    "khoso.plain.PlainTextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "people.middleware.KeepNoPageMiddleware",
    "khoso.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "people.middleware.SessionAgeMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "khoso.wiring.ToolsMiddleware",
]
ROOT_URLCONF = "khoso.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "people.navigation.rights",
                "warehouse.navigation.emergencies",
            ]
        },
    }
]

DATABASES = {"default": _database(KHOSO_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [PROJECT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "static/"
STATICFILES_DIRS = [PROJECT / "static"]
STATIC_ROOT = None  # WhiteNoise serves what the packages carry
WHITENOISE_USE_FINDERS = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = KHOSO.tls
SESSION_COOKIE_AGE = 12 * 3600
if KHOSO.tls:  # the proxy ends TLS, says so in this header and lets no client set it
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": FILTERS,
    "formatters": formatters(),
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": KHOSO.log_format, "filters": list(FILTERS)}},
    "root": {"handlers": ["stderr"], "level": KHOSO.log},
    # What these tell at DEBUG and INFO holds statements and requests, and with them what is written on papers.
    "loggers": {
        **{name: {"level": "WARNING"} for name in _TALKATIVE},
        **{name: {"level": "ERROR"} for name in ("elastic_transport", "psycopg.pool")},
        "urllib3": {"level": "ERROR"},  # a retry is no news; what came of it is told by whoever asked
    },
}
