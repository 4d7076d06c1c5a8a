#!/usr/bin/env python3
"""Django's command line."""

import os
import sys
from collections.abc import Callable

from pod.bbb.leaving import INTERRUPTED, leave_when_interrupted
from pod.bbb.streams import take_every_letter


def main(loaded: Callable[[], None]) -> int:
    """Run the command that the arguments name; `loaded` is called once its modules are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pod.settings")
    take_every_letter(sys.stdout)  # of stderr this is so in any case
    if os.environ.get("NO_COLOR"):  # the custom of no-color.org, which Django does not know
        os.environ.setdefault("DJANGO_COLORS", "nocolor")
    from django.core.management import BaseCommand, ManagementUtility  # noqa: PLC0415 - settings first
    from django.db import Error  # noqa: PLC0415 - as above

    from pod.main.env import EnvironmentValueError  # noqa: PLC0415 - as above
    from pod.main.patience import away, unusable  # noqa: PLC0415 - as above

    class Utility(ManagementUtility):
        """Django's own, which tells when it has the command."""

        def fetch_command(self, subcommand: str) -> BaseCommand:
            """Load the command's module."""
            command = super().fetch_command(subcommand)
            loaded()
            return command

    try:
        Utility(sys.argv).execute()
    except EnvironmentValueError as error:  # of the environment or .env: whoever wrote it reads this
        sys.stderr.write(f"{error}\n")
        return 1
    except Error as error:
        if "--traceback" in sys.argv or not unusable(error):
            raise
        sys.stderr.write(f"{away(error)}\n")
        return 1
    except KeyboardInterrupt:  # of a command that has nothing to say about it
        sys.stderr.write("Interrupted.\n")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main(leave_when_interrupted("Interrupted before anything was begun.")))
