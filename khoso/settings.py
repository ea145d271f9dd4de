"""Django's settings, and the only place that reads the environment. Loads with an empty environment.

`KHOSO_HOME` names the folder of an embedded Kho (default: the XDG data directory). Everything else has a default that
is safe on one machine; `khoso serve` and `khoso doctor` say what is missing.
"""

import os
import secrets
from pathlib import Path

import platformdirs

PROJECT = Path(__file__).resolve().parent


def _text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def _list(name: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def _flag(name: str) -> bool:
    return _text(name, "0").lower() in {"1", "true", "yes", "on"}


def _secret(home: Path) -> str:
    """The home's own secret, made by `khoso.embedded.prepare`; without a home yet, one for this process alone."""
    kept = home / "secret.key"
    return kept.read_text(encoding="ascii").strip() if kept.is_file() else secrets.token_urlsafe(50)


KHOSO_HOME = Path(_text("KHOSO_HOME", platformdirs.user_data_dir("khoso", appauthor=False))).expanduser().absolute()
KHOSO_WORKERS = int(_text("KHOSO_WORKERS", str(os.cpu_count() or 1)))
KHOSO_OCR_ENGINE = _text("KHOSO_OCR_ENGINE", "tesserocr")
KHOSO_AGENCY_NAME = _text("KHOSO_AGENCY_NAME", "CƠ QUAN MẪU (PHÁT TRIỂN)")
KHOSO_CODE_TEMPLATE = _text("KHOSO_CODE_TEMPLATE", "{owner_id}.{doc_type_code}.{seq}")

SECRET_KEY = _text("KHOSO_SECRET_KEY", "") or _secret(KHOSO_HOME)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *_list("KHOSO_HOSTS")]
CSRF_TRUSTED_ORIGINS = _list("KHOSO_ORIGINS")

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
    "khoso",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": KHOSO_HOME / "catalogue.sqlite3",
        "OPTIONS": {
            # A write lock at the start of each transaction: waiting beats failing half way with «database is locked».
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: NORMAL may lose an acknowledged upload at a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
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
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("KHOSO_TLS")
SESSION_COOKIE_AGE = 12 * 3600
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
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": _text("KHOSO_LOG", "WARNING").upper()},
}
