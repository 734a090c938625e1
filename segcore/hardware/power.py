"""Power: whether the machine runs on its battery. Never imports torch."""

from __future__ import annotations


def on_battery() -> bool:
    """Whether the machine runs on battery; False where there is none, or the system does not say."""
    import psutil

    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError, ValueError, psutil.Error):  # not on this system, or it is damaged
        return False
    return battery is not None and battery.power_plugged is False
