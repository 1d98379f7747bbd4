"""What can't be read, or is too much of it, is refused in one sentence by every door; no traceback comes of it."""

import logging
from io import BytesIO

import pytest
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.test import Client

from liandong.app.refusals import InOneLine
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.kernel.actor import SYSTEM

pytestmark = pytest.mark.usefixtures("small_county")
BOUNDARY = "multipart/form-data; boundary=x"
PATHS = ("/report/", "/accounts/login/", "/desk/register/", "/status/", "/open311/v2/requests.json", "/api/v1/photos")
OPENED = ("/", "/report/", "/console/square/", "/accounts/login/", "/open311/v2/requests.json", "/api/v1/categories")


@pytest.fixture
def key(db) -> str:
    return access.create_api_key(actor=SYSTEM, name="测试客户端")


@pytest.fixture
def sender(key: str) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"X-Api-Key": key})
    client.force_login(Staff.objects.get(username="clerk"))
    return client


def quiet(response: HttpResponse, caplog: pytest.LogCaptureFixture, *statuses: int) -> None:
    assert response.status_code in statuses, response.content.decode()[:300]
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("path", PATHS)
def test_two_hundred_files(sender: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    files = [SimpleUploadedFile(f"{number}.jpg", b"x", "image/jpeg") for number in range(200)]
    quiet(sender.post(path, {"photos": files}), caplog, 400, 413)


@pytest.mark.parametrize("path", PATHS)
def test_ten_thousand_fields(sender: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    statuses = (400, 413) if path != "/api/v1/photos" else (400, 413, 422)
    quiet(sender.post(path, {f"f{number}": "x" for number in range(10_000)}), caplog, *statuses)


@pytest.mark.parametrize("path", OPENED)
def test_ten_thousand_parameters_in_an_address(sender: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    query = "&".join(f"a{number}=1" for number in range(10_000))
    quiet(sender.get(f"{path}?{query}"), caplog, 400, 413)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=text\r\n", BOUNDARY),
        (b"no boundary at all", BOUNDARY),
        (b"", BOUNDARY),
        (b"--x", "multipart/form-data"),
        (b"--x", "multipart/form-data; boundary=" + "y" * 300),
        (b"--x\r\nContent-Disposition: form-data; name=text\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--",
         BOUNDARY),
        (b"a=%ff%fe&b=\xff", "application/x-www-form-urlencoded; charset=nonsense"),
    ],
)  # fmt: skip
def test_a_torn_form(sender: Client, caplog: pytest.LogCaptureFixture, path: str, body: bytes, kind: str) -> None:
    response = sender.generic("POST", path, body, content_type=kind)
    quiet(response, caplog, 400, 403, 413, 422)


@pytest.mark.parametrize("path", ["/report/", "/open311/v2/requests.json"])
def test_fields_larger_than_any_text(sender: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    quiet(sender.post(path, {"text": "x" * (11 * 1024 * 1024)}), caplog, 400, 413)


class TornOff(BytesIO):
    """The sender hung up."""

    def read(self, *_size: int) -> bytes:
        raise OSError("Apache/mod_wsgi request data read error: Partial results are valid")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", [BOUNDARY, "application/x-www-form-urlencoded"])
def test_a_sender_that_hangs_up(sender: Client, caplog: pytest.LogCaptureFixture, path: str, kind: str) -> None:
    response = sender.generic("POST", path, b"x" * 100, content_type=kind, **{"wsgi.input": TornOff()})
    quiet(response, caplog, 400, 403, 422)


@pytest.mark.parametrize(
    "error", [TooManyFilesSent("x"), DisallowedHost("x"), RequestDataTooBig("x"), SuspiciousOperation("x"),
              UnreadablePostError("x")]
)  # fmt: skip
def test_what_the_framework_refuses_itself_is_a_line_of_the_log(error: Exception) -> None:
    record = logging.LogRecord("django.security", logging.ERROR, "x", 1, "no", None, (type(error), error, None))
    assert InOneLine().filter(record)
    assert (record.exc_info, record.levelname) == (None, "WARNING")


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    error = ValueError("bug")
    record = logging.LogRecord("django.request", logging.ERROR, "x", 1, "no", None, (ValueError, error, None))
    assert InOneLine().filter(record)
    assert (record.exc_info is None, record.levelname) == (False, "ERROR")
