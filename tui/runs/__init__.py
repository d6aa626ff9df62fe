"""Runs as a tree and on disk: taken up, branched, compared."""
