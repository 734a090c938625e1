"""Training: fine-tuning in a process of its own, its result, and what to do with it."""
