"""What BigBlueButton's tldraw whiteboards show (v1: BBB 2.6 and 2.7, v2: BBB >= 3.0), as drawing operations.

Shape data comes from tldraw.json as published; odd data is left out with a note, never an error.
"""

from pod.bbb.render.tldraw.shape import TldrawDrawing, draw, stands_alone

__all__ = ["TldrawDrawing", "draw", "stands_alone"]
