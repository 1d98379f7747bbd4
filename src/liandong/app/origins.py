"""Origins of reports 来源 that mean more than the door by which they came."""

FICTIONAL = "sample"
"""Reports of the fictional county: nothing is learned from them."""
