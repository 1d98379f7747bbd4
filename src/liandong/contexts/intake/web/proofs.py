"""The public key and the script with which anybody checks a receipt without this platform. Both are public."""

from importlib import resources

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from liandong.foundation.ledger import public as ledger
from liandong.kernel.errors import NotFound

SCRIPT = "verify_receipt.py"


@require_safe
def ledger_key(_request: HttpRequest) -> HttpResponse:
    """The public keys that seals are signed with, as PEM. Raises NotFound before the first seal."""
    keys = ledger.published_keys()
    if not keys:
        raise NotFound
    return _file(keys, "application/x-pem-file", "ledger.pub.pem")


@require_safe
def verify_script(_request: HttpRequest) -> HttpResponse:
    """The script that checks receipts."""
    script = resources.files("liandong.foundation.ledger.standalone").joinpath(SCRIPT).read_text("utf-8")
    return _file(script, "text/x-python; charset=utf-8", SCRIPT)


def _file(content: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
