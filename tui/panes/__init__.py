"""The panes of the main screen, one a file; none knows another."""
