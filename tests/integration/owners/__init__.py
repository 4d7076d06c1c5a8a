"""Owners of recordings, asked of real databases."""
