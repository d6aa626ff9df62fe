"""Colours of matrices: ramps, even and safe for the colour-blind, at every depth a terminal has."""
