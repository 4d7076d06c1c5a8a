"""Text as outlines: fonts, their likeness to the player's, line breaking, shaping."""
