"""Gauges of the machine: they need no torch, and measure nothing unless somebody asks."""
