"""Files of the forms of intake: what was sent with one, and the small picture of a photo that waits for its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.queries import DocumentRow
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.ui import public as ui
from liandong.kernel.errors import Busy, NotFound


@dataclass(frozen=True, slots=True)
class Attached:
    """Files that stand together on a page, documents each with its address."""

    photos: Sequence[ui.Photo]
    documents: Sequence[tuple[cases.AttachmentRow | DocumentRow, str]]


def with_patience(response: HttpResponse) -> HttpResponse:
    """Says when to come again, where the page is one of a full queue."""
    return access.with_patience(response, Busy()) if response.status_code == Busy.status else response


def uploads_for(form: forms.Form, request: HttpRequest) -> files.Uploads:
    """The files that came with a form; the reason why one can't be taken stands beside its field `photos`."""
    uploads = files.take_uploads(request)
    for problem in uploads.problems:
        form.add_error("photos", problem)
    return uploads


def status_of(form: forms.Form, uploads: files.Uploads) -> HTTPStatus:
    """The status of the page that brings a faulty form back; OK where there is no fault."""
    if uploads.status is not HTTPStatus.OK:
        return uploads.status
    return HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
def kept_picture(request: HttpRequest, token: str) -> FileResponse:
    """The thumb of a photo that waits for its report."""
    photo = files.photo_of_token(token)
    if photo is None:
        raise NotFound
    return files.answer(photo.sha256, thumb=True)
