"""Window: the main window, and the connections between the features."""
