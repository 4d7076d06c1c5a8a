"""What is installed is enough for the brokers that `.env.example` names."""

from __future__ import annotations

import pytest
from kombu import Connection


@pytest.mark.parametrize("address", ["amqp://127.0.0.1:1//", "redis://127.0.0.1:1/5"])
def test_the_package_of_the_broker_is_installed(address: str) -> None:
    """Celery imports it only when the first worker starts."""
    assert Connection(address).transport.driver_name
