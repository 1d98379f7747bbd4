"""The two languages of the pages, told by a language tag such as `zh-hans` or `en-gb`."""


def is_english(tag: str) -> bool:
    return tag.startswith("en")
