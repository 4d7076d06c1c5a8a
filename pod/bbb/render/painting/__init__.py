"""The content area at one instant: slide, drawings and pointer, as the official player shows them."""
