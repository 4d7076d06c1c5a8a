"""What BigBlueButton's tldraw whiteboards show (v1: BBB 2.6 and 2.7, v2: BBB >= 3.0), as drawing operations.

`ops` and `draw` give everything visible at one moment; `z_order`, `shape_ops`
and `stands_alone` serve who adds shapes one by one. Shape data comes from
tldraw.json as published; odd data is left out with a note, never an error.
"""

from pod.bbb.render.tldraw.scene import TldrawDrawing, draw, ops, shape_ops, stands_alone, z_order

__all__ = ["TldrawDrawing", "draw", "ops", "shape_ops", "stands_alone", "z_order"]
