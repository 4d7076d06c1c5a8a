"""Settings with which each conversion would fail are told before the first one."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from pod.bbb.choices import LAYOUTS
from pod.bbb.render.composing.layout import Layout
from pod.conversion.checks import conversions_can_be_made


def test_the_defaults_are_right() -> None:
    """Nothing is told of a site that sets nothing."""
    assert conversions_can_be_made(None) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONVERSION_ENGINE", "ours"),
        ("CONVERSION_ENGINE", "hls"),  # jobs ask for it themselves
        ("CONVERSION_SIZE", "720p"),
        ("CONVERSION_SIZE", "853x480"),  # no encoder takes an odd width
        ("CONVERSION_SIZE", "¹x²"),
        ("CONVERSION_LAYOUT", "beside"),
        ("VIDEO_RENDITIONS", ["360p"]),
        ("VIDEO_RENDITIONS", ["0"]),
    ],
)
def test_a_wrong_value_is_told_by_its_name(name: str, value: object, settings: LazySettings) -> None:
    """`manage.py check` and each start name the setting."""
    setattr(settings, name, value)
    (told,) = conversions_can_be_made(None)
    assert told.msg.startswith(f"{name} is ")


def test_the_layouts_are_those_of_the_painter() -> None:
    """One that the painter learns is allowed here, too."""
    assert set(LAYOUTS) == {layout.value for layout in Layout}
