"""Django settings, read from the environment that the launcher prepares (see `commands.serve`)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pghistory
from csp.constants import NONE, SELF

HOME = Path(os.environ.get("LONGSTOP_HOME", ".longstop"))
SECRET_KEY = os.environ.get("LONGSTOP_SECRET_KEY") or "only-for-commands-that-sign-nothing"
DEBUG = False
DEMONSTRATION = os.environ.get("LONGSTOP_DEMONSTRATION", "") == "1"
ALLOWED_HOSTS = os.environ.get("LONGSTOP_HOSTS", "127.0.0.1,localhost,testserver").split(",")
SECURE = os.environ.get("LONGSTOP_HTTPS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "axes",
    "csp",
    "longstop.audit",
    "longstop.access",
    "longstop.work",
    "longstop.people",
    "longstop.intake",
    "longstop.cases",
    "longstop.referral",
    "longstop.reconciliation",
    "longstop.proof",
    "longstop.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "longstop.web.middleware.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "longstop.config.urls"
WSGI_APPLICATION = "longstop.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "longstop.web.context.page",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Turn a postgresql:// address into Django's settings for one alias."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # Server-side binding stays off: see docs/adr on history context.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}} | dict(parse_qsl(parts.query)),
        # A pooled connection is looked at before it is used, so that a restarted database heals by itself.
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


SERVICE_URL = os.environ.get("LONGSTOP_SERVICE_URL", "postgresql://nobody@127.0.0.1:1/unset")
DATABASES = {"default": database(SERVICE_URL)}
if OWNER_URL := os.environ.get("LONGSTOP_OWNER_URL", ""):
    DATABASES["owner"] = database(OWNER_URL)
    del DATABASES["owner"]["OPTIONS"]["pool"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "longstop.access.backends.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_TEMPLATE = "errors/locked_out.html"

SESSION_COOKIE_AGE = 30 * 60
# What a message says may name a person: it waits in the session, never in a cookie, which a browser keeps.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_SERIALIZER = "longstop.web.concealing.SessionSerializer"
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("LONGSTOP_STATIC_ROOT", str(HOME / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

if os.environ.get("LONGSTOP_STATIC") == "sources":
    # Tests and developers: files from where they lie, neither collected nor hashed.
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# History (docs/adr): context as JSON beside each row, never a shared mutable row; row-level updates.
PGHISTORY_BASE_MODEL = "longstop.audit.history.HistoryRow"
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=False)
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGTRIGGER_MIGRATIONS = True

SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGGING_CONFIG = None
PROCRASTINATE_ON_APP_READY = "longstop.config.schedule.register"
