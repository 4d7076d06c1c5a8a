"""The Celery application; tasks live in each app's `tasks.py`."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pod.settings")
if "CELERY_BROKER_URL" in os.environ:  # Celery heeds it above all, also above custom/settings_local.py
    os.environ["CELERY_BROKER_URL"] = settings.CELERY_BROKER_URL
app = Celery("pod")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
