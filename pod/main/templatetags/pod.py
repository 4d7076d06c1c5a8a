"""Filters of our templates."""

from __future__ import annotations

import math

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def clock(seconds: float | None) -> str:
    """Return seconds as people read them on a player: 4:05, 1:02:03; nothing for no length."""
    if not seconds or not math.isfinite(seconds):
        return ""
    return timestamp(seconds)


@register.filter
def timestamp(seconds: float) -> str:
    """Return a place in a video: 0:00 for its start."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def spoken(seconds: float | None) -> str:
    """Return a length for a screen reader: “1 h 2 min”."""
    minutes = round((seconds or 0) / 60)
    if minutes >= 60:
        return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes} if minutes else _("less than a minute")


@register.filter
def iso(seconds: float | None) -> str:
    """Return a length for <time datetime>: PT125S."""
    return f"PT{int(seconds or 0)}S"


@register.filter
def sanitised(html: str) -> SafeString:
    """Return HTML of another server with nothing in it that runs or loads."""
    tags = {"p", "br", "b", "strong", "i", "em", "u", "s", "ul", "ol", "li", "h1", "h2", "h3", "h4", "a"}
    cleaned = nh3.clean(html, tags=tags, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return mark_safe(cleaned)  # noqa: S308 - cleaned one line above
