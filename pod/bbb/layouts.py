"""The names of the layouts, for those who must not load the painter that draws them."""

from __future__ import annotations

from typing import Final

LAYOUTS: Final = ("side", "overlay", "content", "webcams")
