"""Texts as they are shown, on the screen and off it: how wide they are, how numbers are written."""
