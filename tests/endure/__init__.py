"""Endurance: an engine of its own is put upon, and what it holds is looked at all the while."""
