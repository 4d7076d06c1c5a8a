"""Tests of the tldraw whiteboards."""
