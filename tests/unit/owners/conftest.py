"""Hypothesis without deadlines: the machines that run these tests are shared and slow at times."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
