"""A proof by violence: the real thing under load, its processes killed at random; nothing is lost, nothing doubled."""
