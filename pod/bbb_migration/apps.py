"""The app of the migration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BBBMigrationConfig(AppConfig):
    """Registers the system checks and the delivery of converted files; hears which waiting files went."""

    name = "pod.bbb_migration"
    verbose_name = _("BigBlueButton migration")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what registers itself."""
        from pod.bbb_migration import checks  # noqa: F401, PLC0415 - registers checks once apps are loaded
        from pod.bbb_migration.ledger import note_lost  # noqa: PLC0415 - has models
        from pod.bbb_migration.sinks.claim_delivery import DELIVERY, deliver, place  # noqa: PLC0415 - has models
        from pod.conversion.deliveries import register  # noqa: PLC0415 - has models
        from pod.recorder.signals import lost  # noqa: PLC0415 - with the others

        register(DELIVERY, deliver, place)
        lost.connect(note_lost, dispatch_uid="pod.bbb_migration.lost")
