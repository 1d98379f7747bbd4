"""Set-up and starting, before anything is installed: the standard library only, never Django."""
