"""Django settings. Everything that differs between two installations comes from the environment and the data folder."""

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from liandong.app import database_url, serving
from liandong.app.rooms import ROOMS
from liandong.foundation.deadlines.bounded import BoundedConnection
from liandong.launch import names
from liandong.launch.failure import Failure

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LIANDONG_DATA", ".liandong")).resolve()
TESTING = os.environ.get("LIANDONG_TESTING") == "1"


def _secret(name: str) -> str:
    """A random secret kept in the data folder, readable by its owner only."""
    path = DATA / name
    if not path.exists():
        DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _database(url: str) -> dict[str, object]:
    """Django's DATABASES entry; what libpq knows besides goes along as options."""
    known = database_url.read(url)
    pool_size = int(os.environ.get("LIANDONG_POOL", "0"))
    deadlines: dict[str, float] = {}
    options: dict[str, object] = {"application_name": "liandong", "prepare_threshold": None if PREPARE == "0" else 5}
    if pool_size:
        deadlines = {"statement_s": WEB.statement_s, "connection_s": serving.CONNECTION_S}
        options["connect_timeout"] = serving.CONNECT_S
        options["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": serving.CONNECTION_S,
            "reconnect_timeout": serving.RECONNECT_S,
            "connection_class": BoundedConnection,
        }
    return {
        "ENGINE": "liandong.foundation.deadlines",
        "NAME": known.pop("dbname", ""),
        "USER": known.pop("user", ""),
        "PASSWORD": known.pop("password", ""),
        "HOST": known.pop("host", ""),
        "PORT": known.pop("port", ""),
        "OPTIONS": options | known,
        "CONN_HEALTH_CHECKS": True,
        "DEADLINES": deadlines,
    }


def _networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks by commas. Raises Failure."""
    given = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    try:
        return [ip_network(part, strict=False) for part in given]
    except ValueError as error:
        raise Failure(
            f"{name} 应是以逗号分隔的 IP 地址或网段（{error}）。",
            f"{name} holds IP addresses or networks, separated by commas ({error}).",
        ) from error


SECRET_KEY = "tests-only" if TESTING else _secret("secret_key")
DEBUG = False
NAMES = names.known(os.environ)
ALLOWED_HOSTS = list(NAMES.hosts)
SITE_URL, SITE_URL_IS_GIVEN = NAMES.url, NAMES.given
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("LIANDONG_ORIGINS", "").split(",") if origin]

WEB = serving.sizes(os.environ)
PREPARE = os.environ.get("LIANDONG_PREPARE", "auto")
PREPARE_BEHIND_POOLER = PREPARE == "1"
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "").strip() or "postgresql:///liandong")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "liandong.app",
    "liandong.cli",
    *ROOMS,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_htmx",
]

MIDDLEWARE = [
    "liandong.app.healthz.Healthz",
    "liandong.foundation.access.known_names.KnownNames",
    "django.middleware.security.SecurityMiddleware",
    "liandong.app.packing.StaticFiles",
    "liandong.app.packing.Packed",
    "liandong.app.no_store.NoStore",
    "liandong.app.gate.Gate",
    "liandong.app.machine_doors.MachineDoors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "liandong.foundation.access.body_limit.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liandong.foundation.ui.middleware.ContentSecurityPolicy",
    "liandong.foundation.ui.middleware.UploadRedirect",
    "liandong.foundation.access.web.ErrorPages",
    "liandong.foundation.orgs.web.CountyZone",
]

CSRF_FAILURE_VIEW = "liandong.foundation.access.web.expired"
ROOT_URLCONF = "liandong.app.urls"
WSGI_APPLICATION = "liandong.app.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "liandong.foundation.orgs.web.county",
                "liandong.app.health.trouble",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

AUTH_USER_MODEL = "access.Staff"
AUTHENTICATION_BACKENDS = ["liandong.foundation.access.signed_in.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "liandong.foundation.access.password_rules.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "liandong.foundation.access.password_rules.Uncommon"},
    {"NAME": "liandong.foundation.access.password_rules.NotOnlyDigits"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "liandong.foundation.access.accounts.StaffAccounts"
_FORMS = "liandong.foundation.access.account_forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignInForm",
    "reset_password": f"{_FORMS}.PasswordLinkForm",
    "change_password": f"{_FORMS}.NewPasswordForm",
    "set_password": f"{_FORMS}.FirstPasswordForm",
    "reset_password_from_key": f"{_FORMS}.PasswordByLinkForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": None}  # foundation/access/sign_in.py
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
SESSION_ENGINE = "liandong.foundation.access.signed_in"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PROXIES: list[str] = []
if os.environ.get("LIANDONG_HTTPS") == "1":
    PROXIES = os.environ.get("LIANDONG_PROXIES", "127.0.0.1,::1").split(",")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

EMAIL_BACKEND = "liandong.app.mail.OneSender"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"liandong@{NAMES.mail_domain}"
OUTBOX = DATA / "outbox"
MAIL_SENDER = os.environ.get("LIANDONG_MAIL", "")
SMS_SENDER = os.environ.get("LIANDONG_SMS", "")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 0
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/built/assets/[^/]+-[\w-]{8}\.\w+$"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

BLOBS = DATA / "blobs"
HEALTH_FROM = _networks("LIANDONG_HEALTH_FROM")
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 50 * 1024 * 1024
BODY_MAX_BYTES = 9 * UPLOAD_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_TEMP_DIR = os.environ.get("LIANDONG_UPLOADS") or None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "liandong.app.refusals.InOneLine"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{", "datefmt": "%Y-%m-%dT%H:%M:%S%z"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "loggers": {"spiff": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LIANDONG_LOG", "INFO")},
}
