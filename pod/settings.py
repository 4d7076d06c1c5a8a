"""Django settings; every value can come from the environment, `.env` or custom/settings_local.py.

Each source overrides those before it: the defaults here, the environment (with `.env`),
custom/settings_local.py. What follows from other settings follows from them wherever they are given.
The names are Esup-Pod's, so that what an institution has configured there means the same here.
`.env.example` explains each of them.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
import pymysql
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _
from dotenv import load_dotenv

from pod.main import env

# lets `ModelAdmin[Model]` and the like be written at run time, for the type checker
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
# The demo and the tests must never meet an institution's real servers and databases.
ISOLATED = env.boolean("POD_ISOLATED", default=False)
if not ISOLATED:
    load_dotenv(BASE_DIR / ".env")
HAS_LOCAL = not ISOLATED and bool(find_spec("custom.settings_local"))

# --- the site -------------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", default=False)
DATA_DIR = env.text("DATA_DIR", "data")
DATABASE_URL = env.text("DATABASE_URL")
SECRET_KEY = env.text("SECRET_KEY")
SITE_ID = env.integer("SITE_ID", 1)
SITE_URL = env.text("SITE_URL", "http://localhost:8000")
LOG_LEVEL = env.text("LOG_LEVEL", "WARNING")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "noreply@localhost")
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_TIMEOUT = 10

INSTALLED_APPS = [
    # before the administration: Django takes the first app that has a template of a name
    "pod.main",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    # before pod.video: Django takes the first app that has a command or template of a name
    "pod.bbb_migration",
    "pod.import_video",
    "pod.recorder",
    "pod.meeting",
    "pod.conversion",
    "pod.video",
    "pod.authentication",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pod.main.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pod.main.middleware.keep_no_page_of_users",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "pod.urls"
WSGI_APPLICATION = "pod.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "pod.main.context.site",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["models.W037"]  # MariaDB has no index of some rows only, and makes one of all

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"  # which leads on to what is open to the user
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "fr")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "pod" / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Paris")
USE_TZ = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # collectstatic leaves compressed copies beside the files, a third of their size
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# --- Pod's own settings, under their documented names -----------------------------------------
DEFAULT_TYPE_ID = env.integer("DEFAULT_TYPE_ID", 1)
VIDEOS_DIR = env.text("VIDEOS_DIR", "videos")
VIDEO_ALLOWED_EXTENSIONS = tuple(
    env.words("VIDEO_ALLOWED_EXTENSIONS", ["mp4", "m4v", "webm", "mkv", "mov", "avi", "ogv", "mp3", "ogg"])
)
CELERY_TO_ENCODE = env.boolean("CELERY_TO_ENCODE", default=False)
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")
CELERY_TASK_DEFAULT_QUEUE = env.text("CELERY_TASK_DEFAULT_QUEUE", "pod")
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # conversions are long: a worker must not hoard them
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # Celery's 100 are over after 50 minutes, and end the worker
# A worker that is busy keeps the next messages, and RabbitMQ closes the channel of who keeps one for 30
# minutes. It gives them out again: the worker is to open another channel then, not to end in mid-conversion.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
# a broker that is down must fail the request quickly, not hang the page
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
ALLOW_MANUAL_RECORDING_CLAIMING = env.boolean("ALLOW_MANUAL_RECORDING_CLAIMING", default=True)
RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = env.boolean("RESTRICT_CLAIMING_TO_PROBABLE_OWNERS", default=False)
USE_IMPORT_VIDEO = env.boolean("USE_IMPORT_VIDEO", default=True)
RESTRICT_EDIT_IMPORT_VIDEO_ACCESS_TO_STAFF_ONLY = env.boolean(
    "RESTRICT_EDIT_IMPORT_VIDEO_ACCESS_TO_STAFF_ONLY", default=True
)
MAX_UPLOAD_SIZE_ON_IMPORT = env.integer("MAX_UPLOAD_SIZE_ON_IMPORT", 4)
IMPORT_VIDEO_BBB_RECORDER_PLUGIN = env.text("IMPORT_VIDEO_BBB_RECORDER_PLUGIN", "/home/pod/bbb-recorder/")
IMPORT_VIDEO_BBB_RECORDER_PATH = env.text("IMPORT_VIDEO_BBB_RECORDER_PATH", "/data/www/pod/bbb-recorder/")
BBB_API_URL = env.text("BBB_API_URL")

DEFAULT_YEAR_DATE_DELETE = env.integer("DEFAULT_YEAR_DATE_DELETE", 2)
TITLE_SITE = env.text("TITLE_SITE", "Pod")

# --- pages ------------------------------------------------------------------------------------
MEDIA_X_ACCEL = env.text("MEDIA_X_ACCEL")
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", ["127.0.0.1", "::1"])
VIDEO_RENDITIONS = env.words("VIDEO_RENDITIONS", [])
VIDEO_HLS = env.boolean("VIDEO_HLS", default=False)
EMAIL_ON_IMPORT = env.boolean("EMAIL_ON_IMPORT", default=False)
RELEASE_CLAIM_HOURS = env.integer("RELEASE_CLAIM_HOURS", 24)
VIDEO_TRASH_DAYS = env.integer("VIDEO_TRASH_DAYS", 30)

# --- conversion -------------------------------------------------------------------------------
CONVERSION_ENGINE = env.text("CONVERSION_ENGINE", "native")
CONVERSION_SIZE = env.text("CONVERSION_SIZE", "1280x720")
CONVERSION_LAYOUT = env.text("CONVERSION_LAYOUT", "side")
BBB_ALLOWED_HOSTS = env.words("BBB_ALLOWED_HOSTS", [])
EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = env.text("EXTERNAL_RECORDINGS_AVAILABLE_UNTIL")

# --- migrate_bbb_recordings (read by pod.bbb_migration.conf) -----------------------------------
SCRIPT_BBB_SERVER_URL = env.text("SCRIPT_BBB_SERVER_URL")
SCRIPT_BBB_SECRET_KEY = env.text("SCRIPT_BBB_SECRET_KEY")
SCRIPT_BBB_CHECKSUM = env.text("SCRIPT_BBB_CHECKSUM")
SCRIPT_PLAYBACK_URL_23 = env.boolean("SCRIPT_PLAYBACK_URL_23", default=True)
SCRIPT_RECORDER_ID = env.integer("SCRIPT_RECORDER_ID", 1)
SCRIPT_ADMIN_ID = env.integer("SCRIPT_ADMIN_ID", 1)
SCRIPT_INFORM = env.text("SCRIPT_INFORM")
DB_PARAMS = env.document("DB_PARAMS", {})
GREENLIGHT_DB_PARAMS = env.document("GREENLIGHT_DB_PARAMS", {})
IGNORED_SERVERS = env.words("IGNORED_SERVERS", [])
USE_CACHE = env.boolean("USE_CACHE", default=False)
MIGRATION_CREATE_USERS = env.boolean("MIGRATION_CREATE_USERS", default=True)
MIGRATION_CREATED_USERS_ARE_STAFF = env.boolean("MIGRATION_CREATED_USERS_ARE_STAFF", default=True)

# --- what follows from other settings ----------------------------------------------------------
if HAS_LOCAL:  # here for what the settings below follow from; at the end for these themselves
    from custom.settings_local import *  # type: ignore[import-not-found,unused-ignore] # noqa: F403 - the institution's own

# from the project's folder on, whichever folder a process is started in
_data = BASE_DIR / DATA_DIR
STATIC_ROOT = BASE_DIR / env.text("STATIC_ROOT", str(_data / "static"))
MEDIA_ROOT = BASE_DIR / env.text("MEDIA_ROOT", str(_data / "media"))
CACHE_DIR = _data / "cache"
CONVERSION_DIR = BASE_DIR / env.text("CONVERSION_DIR", str(_data / "conversion"))
MIGRATION_DIR = BASE_DIR / env.text("MIGRATION_DIR", str(_data / "migration"))
DEFAULT_RECORDER_PATH = str(BASE_DIR / env.text("DEFAULT_RECORDER_PATH", str(_data / "recorders")))

_site = urlsplit(SITE_URL)
_domain, _port = split_domain_port(_site.netloc)  # as Django reads requests: IPv6 stays in its brackets
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", _domain or "localhost"])
# nginx speaks https with the browser and http with us: forms then come from an origin that is not ours
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [f"{_site.scheme}://{_site.netloc}"])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _site.scheme == "https"

DATABASES = {
    "default": dj_database_url.parse(
        DATABASE_URL or f"sqlite:///{_data / 'pod.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # several processes write (the site, the command, its converters): wait, and read beside a writer
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # a cache of 64 MB: with SQLite's 2 MB a list of 10,000 rows reads most pages again for each question
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL.upper()},
}

if HAS_LOCAL:
    from custom.settings_local import *  # type: ignore[import-not-found,unused-ignore] # noqa: F403 - see above

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite makes its file, but no folder for it
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.mysql" and not find_spec("MySQLdb"):
    # mysqlclient needs a compiler and headers: where nobody installed it, PyMySQL takes its place
    pymysql.install_as_MySQLdb()
if not SECRET_KEY:
    # A key made once per installation: a demo or a first try must not need one, and none is shipped.
    from pod.main.secret import installation_key

    SECRET_KEY = installation_key(_data / "secret_key")
del DATABASE_URL  # its password would stand on Django's page of errors; that of DATABASES does not
