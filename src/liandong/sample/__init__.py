"""A county that does not exist, with a year of matters: pure, seeded, the same on every machine.

The doors are `county.build_county` and `history.history`; `planted.PLANTED` lists what recurs on purpose.
"""
