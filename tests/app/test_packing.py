"""What goes over the wire: packed for who takes it so, plain for all others, kept as long as its name stands for it."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from liandong.app.packing import WORTH_BYTES, Packed, accepted
from liandong.foundation.access.models import Staff
from liandong.foundation.ui import assets
from tests import county

BOTH = "gzip, deflate, br, zstd"
LEAST_BYTES = 200
"""A file that is smaller is not made smaller by packing."""
BUILT = sorted(
    name
    for name in {f"built/{chunk['file']}" for chunk in assets.manifest().values()}
    if Path(str(finders.find(name))).stat().st_size > LEAST_BYTES
)
ADMIN = "admin/css/base.css"
LONG = "联动" * WORTH_BYTES
ELSEWHERE = ["cross-site", "same-site"]
HERE = ["same-origin", "none"]


def content(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content


def fetched(name: str, coding: str | None = None, **headers: str) -> HttpResponseBase:
    sent = {"accept-encoding": coding, **headers} if coding is not None else headers
    return Client().get(settings.STATIC_URL + name, headers=sent)


def plain(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


@pytest.mark.parametrize("name", BUILT)
def test_a_built_file_comes_in_its_smallest_form_and_is_kept_for_a_year(name: str) -> None:
    sizes = [len(plain(name))]
    for coding, sent in (("gzip", "gzip"), ("br", BOTH)):
        response = fetched(name, sent)
        assert response.headers["Content-Encoding"] == coding
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Cache-Control"] == "max-age=31536000, public, immutable"
        packed = content(response)
        assert len(packed) == int(response.headers["Content-Length"])
        assert coding == "br" or gzip.decompress(packed) == plain(name)
        sizes.append(len(packed))
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("coding", [None, "", "identity", "*;q=0", "br;q=0, gzip;q=0.0", "deflate, zstd"])
def test_who_takes_no_coding_of_ours_gets_plain_files_and_pages(coding: str | None, small_county) -> None:
    for response in (fetched(BUILT[0], coding), fetched(ADMIN, coding), asked("/", coding)):
        assert "Content-Encoding" not in response.headers
        assert response.headers["Vary"].endswith("Accept-Encoding")
    assert content(fetched(BUILT[0], coding)) == plain(BUILT[0])


def test_a_coding_that_is_refused_is_not_used(small_county) -> None:
    assert fetched(BUILT[0], "br;q=0, gzip").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in asked("/", "br, gzip;q=0").headers
    assert accepted("BR ; q=0.001 , gzip;q=0.000, x;level=3") == "br, x"


def test_files_without_a_hash_are_asked_for_anew_and_packed_too() -> None:
    response = fetched(ADMIN, BOTH)
    assert response.headers["Cache-Control"] == "max-age=0, public"
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(content(response)) == plain(ADMIN)
    again = fetched(ADMIN, BOTH, if_none_match=response.headers["ETag"])
    assert (again.status_code, content(again)) == (304, b"")
    assert again.headers["Cache-Control"] == "max-age=0, public"


def test_only_names_with_a_hash_are_kept() -> None:
    kept = re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST)
    assert all(kept.search(settings.STATIC_URL + name) for name in BUILT)
    others = ["built/manifest.json", "built/assets/plain.js", "admin/js/vendor/select2/select2.full.min.js"]
    assert not any(kept.search(settings.STATIC_URL + name) for name in others)


def test_a_part_of_a_file_is_a_part_of_its_plain_form() -> None:
    response = fetched(BUILT[0], BOTH, range="bytes=10-29")
    assert (response.status_code, content(response)) == (206, plain(BUILT[0])[10:30])
    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Range"] == f"bytes 10-29/{len(plain(BUILT[0]))}"


def test_head_says_what_get_says() -> None:
    head = Client().head(settings.STATIC_URL + BUILT[0], headers={"accept-encoding": BOTH})
    assert content(head) == b""
    assert dict(head.headers) == dict(fetched(BUILT[0], BOTH).headers)


def asked(path: str, coding: str | None = BOTH, client: Client | None = None, **headers: str) -> HttpResponse:
    sent = {"accept-encoding": coding, **headers} if coding is not None else headers
    response = (client or Client()).get(path, headers=sent)
    assert response.status_code == 200
    return response


def test_pages_and_long_data_are_packed(small_county) -> None:
    for path in ("/", "/report/", "/accounts/login/", "/api/v1/openapi.json", "/api/v1/categories"):
        response = asked(path)
        assert response.headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in response.headers["Vary"]
        assert len(gzip.decompress(response.content)) > len(response.content)


def test_a_form_that_comes_packed_still_sends(small_county) -> None:
    client = Client(enforce_csrf_checks=True)
    page = gzip.decompress(asked("/status/", client=client).content).decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    answer = client.post("/status/", {"csrfmiddlewaretoken": token[1], "number": "1", "code": "x"})
    assert answer.status_code == 422


def test_a_page_that_is_asked_for_again_under_its_tag_is_not_sent_again(small_county) -> None:
    for path in ("/ground.geojson", "/api/v1/divisions.geojson?level=town"):
        first = asked(path)
        assert first.headers["Content-Encoding"] == "gzip"
        again = Client().get(path, headers={"accept-encoding": BOTH, "if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("kind", ["image/jpeg", "application/zip", "application/octet-stream", ""])
def test_what_is_packed_already_stays_as_it_is(kind: str) -> None:
    assert "Content-Encoding" not in answered(HttpResponse(LONG, content_type=kind)).headers


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "application/json", "application/problem+json", "text/xml", "image/svg+xml"]
)
def test_texts_are_packed_from_a_length_on(kind: str) -> None:
    assert answered(HttpResponse(LONG, content_type=kind)).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in answered(HttpResponse("a" * (WORTH_BYTES - 1), content_type=kind)).headers
    assert "Content-Encoding" not in answered(HttpResponse(LONG, content_type=kind, status=206)).headers


def answered(response: HttpResponse, **meta: str) -> HttpResponse:
    request = HttpRequest()
    request.META = {"HTTP_ACCEPT_ENCODING": "gzip", **meta}
    if meta:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "of-a-post"
    return Packed(lambda _: response)(request)


def test_a_spreadsheet_comes_as_it_was_made(small_county) -> None:
    county.receive()
    response = signed_in().post("/console/export/?list=square", headers={"accept-encoding": BOTH})
    assert response.streaming
    assert "Content-Encoding" not in response.headers
    assert content(response).startswith(b"PK")


def signed_in() -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username="clerk"))
    return client


def test_who_reads_along_learns_nothing_from_lengths(small_county) -> None:
    client = signed_in()
    for site in HERE:
        assert "Content-Encoding" in asked("/console/square/", client=client, sec_fetch_site=site).headers
    for site in ELSEWHERE:
        assert "Content-Encoding" not in asked("/console/square/", client=client, sec_fetch_site=site).headers
        assert "Content-Encoding" in asked("/", sec_fetch_site=site).headers
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    lengths = {len(answered(HttpResponse(LONG), HTTP_SEC_FETCH_SITE="none").content) for _ in range(40)}
    assert len(lengths) > 10
