"""Language: marking texts for translation, and loading translations."""
