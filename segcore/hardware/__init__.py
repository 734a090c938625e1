"""Hardware: device, memory and threads."""
