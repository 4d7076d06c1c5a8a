"""The door that the documentation names; the command is `pod.bbb_migration`'s."""

from __future__ import annotations

from pod.bbb_migration.management.commands.migrate_bbb_recordings import Command

__all__ = ["Command"]
