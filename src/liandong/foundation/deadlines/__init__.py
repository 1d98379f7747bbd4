"""How long the web waits for the database, and what it does when that doesn't answer."""
