"""The closed lists that Pod's video columns choose from; Recorder copies them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CURSUS = [
    ("0", _("None / All")),
    ("L", _("Bachelor’s degree")),
    ("M", _("Master’s degree")),
    ("D", _("Doctorate")),
    ("1", _("Other")),
]
LICENCES = [
    (code, f"CC {code.upper()} 4.0") for code in ("by", "by-nd", "by-nc-nd", "by-nc", "by-nc-sa", "by-sa")
]
RECORDING_TYPES = [
    ("video", _("Video")),
    ("audiovideocast", _("Audio and video cast")),
    ("studio", _("Studio")),
]
