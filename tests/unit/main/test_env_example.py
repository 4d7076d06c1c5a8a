"""The list of settings that administrators read is complete."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import global_settings

ROOT = Path(__file__).resolve().parents[3]


def test_every_setting_that_the_environment_gives_is_in_the_example() -> None:
    """A setting that is read in settings.py stands, commented, in .env.example, and none other does."""
    source = (ROOT / "pod" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', source))
    shown = set(
        re.findall(r"^#([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert read <= shown
    by_requests = {"REQUESTS_CA_BUNDLE"}  # which reads it itself
    assert {name.removesuffix("_FILE") for name in shown} <= read | by_requests


def test_every_setting_that_the_environment_gives_is_used() -> None:
    """A setting does something: Django or Celery knows it, or our code asks for it."""
    settings = ROOT / "pod" / "settings.py"
    source = settings.read_text(encoding="utf-8")
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', source))
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "pod").rglob("*.py") if path != settings]
    words = set(re.findall(r"[A-Z][A-Z_0-9]+", "\n".join(code)))
    # what settings.py itself makes something of
    words |= {name for name in asked if len(re.findall(rf"\b{name}\b", source)) > 2}
    assert [
        name
        for name in sorted(asked)
        if name not in words and not hasattr(global_settings, name) and not name.startswith("CELERY_")
    ] == ["POD_ISOLATED"]  # settings.py uses it under another name
