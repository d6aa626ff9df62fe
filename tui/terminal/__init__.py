"""The line to the terminal."""
