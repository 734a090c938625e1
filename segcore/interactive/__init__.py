"""Interactive: what a stroke means; smart stroke and edge refine."""
