"""Settings of the test suite: a folder and a database of its own."""

import os
import tempfile

os.environ["POD_ISOLATED"] = "1"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="pod-tests-"))
os.environ.setdefault("SECRET_KEY", "tests-only")

from pod.settings import *  # noqa: F403 - the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
