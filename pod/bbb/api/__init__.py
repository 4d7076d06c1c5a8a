"""BigBlueButton's API: getRecordings, from the address and the secret to Recordings.

with Client("https://bbb.univ.example/bigbluebutton/", secret) as bbb:
    for found in bbb.recordings():
        ...  # a Recording, or the Problem why one cannot be used
"""

from __future__ import annotations

from pod.bbb.api.client import Client, recordings_from_file
from pod.bbb.api.recording import Format, Preview, Problem, Recording, by_name
from pod.bbb.api.signing import ALGORITHMS, Endpoint, checksum

__all__ = [
    "ALGORITHMS",
    "Client",
    "Endpoint",
    "Format",
    "Preview",
    "Problem",
    "Recording",
    "by_name",
    "checksum",
    "recordings_from_file",
]
