"""A report with a photo and a document, and an answer with both, in an installation that runs nowhere else:
`python -m tests.upgrade.papers_of_a_case write` makes it, `… read ADDRESS…` says what is served there. JSON on standard
output.
"""

import hashlib
import json
import sys
from typing import Any

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from lxml import html  # noqa: E402

from liandong.contexts.cases import public as cases  # noqa: E402
from liandong.contexts.intake.models import Report  # noqa: E402
from liandong.foundation.access.models import Staff  # noqa: E402
from tests import county  # noqa: E402
from tests.contexts.intake.pages import jpeg, report_fields  # noqa: E402
from tests.foundation.files import papers  # noqa: E402

PLACES = "//ul[@class='file-list']//a/@href | //ul[@class='photo-strip']//@href | //div[@class='before-after']//@href"


def write() -> dict[str, Any]:
    """By address: the hash of each file that the receipt's page offers."""
    client, desk = Client(), Client()
    sent = [jpeg("red"), paper("现场.pdf", 1)]
    answer = client.post("/report/", report_fields(category_code=county.POTHOLE, photos=sent))
    receipt = answer.headers["Location"].removesuffix("?new=1")
    number = cases.find(Report.objects.latest("id").case_id).number
    desk.force_login(Staff.objects.get(username="hud1"))
    desk.post(f"/console/case/{number}/do/accept/")
    told = {"text": "坑已经补好，见照片和记录。", "photos": [jpeg("blue"), paper("验收.pdf", 2)]}
    desk.post(f"/console/case/{number}/do/answer/", told)
    page = html.fromstring(client.get(receipt).content.decode())
    return read(page.xpath(PLACES))


def paper(name: str, pages: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.pdf(pages), "application/pdf")


def read(addresses: list[str]) -> dict[str, Any]:
    """By address: the hash of what is served, or the status where nothing is."""
    client, found = Client(), {}
    for address in addresses:
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else b""
        found[address] = hashlib.sha256(content).hexdigest() if answer.status_code == 200 else answer.status_code
    return found


if __name__ == "__main__":
    setup_test_environment()
    said = write() if sys.argv[1] == "write" else read(sys.argv[2:])
    sys.stdout.write(json.dumps(said))
