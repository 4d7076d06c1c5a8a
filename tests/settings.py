"""Settings of the test suite: a folder and a database of its own."""

import os
import tempfile

os.environ["POD_ISOLATED"] = "1"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="pod-tests-"))
os.environ.setdefault("SECRET_KEY", "tests-only")

from pod.settings import *  # noqa: F403 - the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405 - from pod.settings
    # a file: threads of one test wait for each other there; in memory they fail at once
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["DATA_DIR"], "test.sqlite3")}  # noqa: F405, PTH118 - see above
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns when it is absent
