"""Liandong (联动): the coordination platform of a county."""

__version__ = "0.2.0"
