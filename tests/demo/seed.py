"""Accounts and a recorder for the demo; run inside Django: `python -m tests.demo.seed`."""

from __future__ import annotations

import django

PASSWORD = "demo"
TEACHERS = {"ada.martin": ("Ada", "Martin"), "bruno.keller": ("Bruno", "Keller")}


def seed() -> None:
    """Make the administrator (id 1), two of Moodle's teachers and the recorder (id 1)."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up by now
    from django.contrib.sites.models import Site  # noqa: PLC0415

    from pod.recorder.models import Recorder  # noqa: PLC0415
    from pod.video.services import default_type  # noqa: PLC0415

    User.objects.create_superuser(
        "admin", "admin@univ.example", PASSWORD, first_name="Demo", last_name="Admin"
    )
    for name, (first, last) in TEACHERS.items():
        User.objects.create_user(
            name, f"{name}@univ.example", PASSWORD, first_name=first, last_name=last, is_staff=True
        )
    recorder = Recorder.objects.create(
        name="BigBlueButton", address_ip="127.0.0.1", directory="bbb", type=default_type()
    )
    recorder.sites.add(Site.objects.get_current())


if __name__ == "__main__":
    django.setup()
    seed()
