"""Where a picture's pixels come to lie in the target."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pod.bbb.render.images.pasting import paste
from pod.bbb.render.images.rasters import in_canvas_order

SIZE = 100


def steps(at: tuple[int, ...]) -> Image.Image:
    """A picture whose columns and rows are white from each of the places on, and black from the next."""
    white = np.zeros(SIZE, bool)
    for place in at:
        white[place:] ^= True
    seen = np.where(white[:, None] ^ white, 255, 0).astype(np.uint8)
    return Image.fromarray(seen).convert("RGB")


@pytest.mark.parametrize("beside", [-0.4, 0.0, 0.4])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_picture_between_two_pixels_lies_there_from_end_to_end(beside: float, axis: int) -> None:
    """It is moved by a part of a pixel as a whole, not drawn from the whole pixel before to the one after."""
    target = np.zeros((SIZE, SIZE, 4), np.uint8)
    places = (10, 50, 90)
    place = (float(SIZE), 0.0, 0.0, float(SIZE), beside * (axis == 0), beside * (axis == 1))
    paste(target, in_canvas_order(steps(places), SIZE, SIZE), place, (0, 0, SIZE, SIZE))
    line = target[5, :, 0] if axis == 0 else target[:, 5, 0]
    covered = [float(line[at - 2 : at + 2].sum()) / 255 - 2 for at in places]  # pixels more or less of white
    assert covered == pytest.approx([-beside, beside, -beside], abs=0.02)


@pytest.mark.parametrize("beside", [0.3, 0.7])
def test_a_picture_between_two_pixels_reaches_its_ends(beside: float) -> None:
    """A pixel that the picture covers by more than half shows it, and the others nothing."""
    target = np.zeros((SIZE, SIZE, 4), np.uint8)
    whole = Image.new("RGB", (50, 50), "white")
    paste(
        target,
        in_canvas_order(whole, 50, 50),
        (50.0, 0, 0, 50.0, 10 + beside, 10 + beside),
        (0, 0, SIZE, SIZE),
    )
    first = 10 + round(beside)
    expected = np.zeros((SIZE, SIZE), np.uint8)
    expected[first : first + 50, first : first + 50] = 255
    assert (target[..., 0] == expected).all()
