"""The list of settings that administrators read is complete."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_every_setting_that_the_environment_gives_is_in_the_example() -> None:
    """A setting that is read in settings.py stands, commented, in .env.example, and none other does."""
    source = (ROOT / "pod" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', source))
    shown = set(
        re.findall(r"^#([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert read <= shown
    assert {name.removesuffix("_FILE") for name in shown} <= read
