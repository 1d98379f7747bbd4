"""Reads the residents' pages as a person would: fields with their errors, headings, hidden parts."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from lxml import html
from PIL import Image

from tests import county


@dataclass(frozen=True)
class Page:
    """A parsed answer."""

    response: HttpResponse
    tree: Any

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def words(self) -> str:
        """All that is seen, on one line."""
        return " ".join(self.tree.text_content().split())

    def error(self, field: str) -> str:
        """The error beside a field."""
        return self.text(f"id_{field}_error").removeprefix("错误：")

    def text(self, element_id: str) -> str:
        found = self.tree.xpath(f"//*[@id='{element_id}']")
        return " ".join(found[0].text_content().split()) if found else ""

    def value(self, name: str) -> str:
        """What a field holds."""
        (field,) = self.tree.xpath(f"//*[@name='{name}'][not(@type='radio')]")
        if field.tag == "select":
            return next((each.get("value") for each in field.iter("option") if each.get("selected") is not None), "")
        return (field.text or "").lstrip("\n") if field.tag == "textarea" else field.get("value", "")

    def has(self, name: str) -> bool:
        return bool(self.tree.xpath(f"//*[@name='{name}']"))

    def all(self, path: str) -> list[Any]:
        return list(self.tree.xpath(path))

    @property
    def summary(self) -> str:
        return " ".join("".join(each.text_content() for each in self.all("//*[@data-error-summary]")).split())

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(state, title) of the line of steps."""
        return [
            (each.get("class").removeprefix("step-"), _own(each.xpath("p[@class='stepper-title']")[0]))
            for each in self.all("//ol[@class='stepper']/li")
        ]


def _own(element: Any) -> str:
    return (element.text or "").strip()


def read(response: HttpResponse) -> Page:
    text = response.content.decode()
    return Page(response, html.document_fromstring(text) if text.strip() else html.fromstring("<html></html>"))


def get(client: Client, path: str, **extra: Any) -> Page:
    return read(client.get(path, **extra))


def post(client: Client, path: str, fields: dict[str, Any], **extra: Any) -> Page:
    return read(client.post(path, fields, **extra))


def report_fields(**changed: Any) -> dict[str, Any]:
    """A report that is taken, unless `changed` says otherwise."""
    lon, lat = county.POINTS["A11"]
    return {"text": "路口有个大坑，车辆绕行", "lon": f"{lon}", "lat": f"{lat}", **changed}


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48), name: str = "photo.jpg") -> SimpleUploadedFile:
    stored = io.BytesIO()
    Image.new("RGB", size, colour).save(stored, "JPEG")
    return SimpleUploadedFile(name, stored.getvalue(), "image/jpeg")


def heic() -> SimpleUploadedFile:
    content = (Path(__file__).parent / "pictures" / "corner.heic").read_bytes()
    return SimpleUploadedFile("IMG_1.HEIC", content, "image/heic")


def blobs(folder: Path) -> Iterator[str]:
    """Content hashes of the stored pictures, thumbs left out."""
    return (path.name for path in folder.rglob("*") if path.is_file() and re.fullmatch(r"[0-9a-f]{64}", path.name))
