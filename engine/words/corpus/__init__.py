"""Text that is counted without being held: files of any number and size, and what flows in."""
