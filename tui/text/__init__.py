"""Text: rows of runs, numbers, symbols in a grid."""
