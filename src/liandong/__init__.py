"""Liandong (联动): the coordination platform of a county."""

__version__ = "0.1.0"
