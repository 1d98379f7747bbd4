"""What of a case is found by words."""

from liandong.kernel import text as words


def words_of(*, title: str, address: str, text: str) -> str:
    """As the column `tokens` holds it. `title` is one that was given, not the headline made of the text."""
    return words.vector(words.tokens(f"{title} {address} {text}"))
