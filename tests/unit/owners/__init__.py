"""Owners of recordings: the rules, without a database."""
