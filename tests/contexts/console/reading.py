"""Desk pages as tests read them."""

import re

from django.test import Client
from lxml import html

from liandong.foundation.access.models import Staff


def signed_in(username: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(Staff.objects.get(username=username))
    return client


def words(page: html.HtmlElement) -> str:
    return " ".join(" ".join(page.itertext()).split())


def chinese(page: html.HtmlElement) -> list[str]:
    """Chinese texts of a page that is to be English, but for those marked as Chinese and the mark of sample data."""
    marked = "ancestor::*[@lang][1][starts-with(@lang, 'zh')]"
    found = page.xpath(f"//text()[not(ancestor::script or ancestor::style or {marked})]")
    found += page.xpath("//@title | //@aria-label | //@placeholder | //@alt")
    return [text.strip() for text in found if re.search(r"[\u4e00-\u9fff]", text) and "sample data" not in text]
