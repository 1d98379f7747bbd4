"""Files of the forms of intake: what was sent with one, and the small picture of a photo that waits for its report."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.kernel.errors import Busy, NotFound


def with_patience(response: HttpResponse) -> HttpResponse:
    """Says when to come again, where the page is one of a full queue."""
    return access.with_patience(response, Busy()) if response.status_code == Busy.status else response


@require_safe
def kept_picture(request: HttpRequest, token: str) -> FileResponse:
    """The thumb of a photo that waits for its report."""
    photo = files.photo_of_token(token)
    if photo is None:
        raise NotFound
    return files.answer(photo.sha256, thumb=True)
