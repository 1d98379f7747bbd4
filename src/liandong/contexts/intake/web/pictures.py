"""Photos of a form: what was just sent, and what an earlier, faulty try has left here."""

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from liandong.contexts.intake.domain.incoming import PhotoRef
from liandong.contexts.intake.photos import (
    FORM_KEEPS,
    blob_path,
    keep_photo,
    photo_of_form,
    photo_of_token,
    photo_token,
)
from liandong.foundation.access import public as access
from liandong.kernel.errors import Busy, LiandongError, NotFound, TooLarge

MOST_PHOTOS = 9


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo that is here already, with the token that names it in the form."""

    token: str
    photo: PhotoRef


@dataclass(slots=True)
class Pictures:
    """The photos of one submission; `problems` are sentences, `too_large` whether one was over the limit, `is_busy`
    whether one found no place in the queue.
    """

    photos: list[PhotoRef] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    too_large: bool = False
    is_busy: bool = False

    @property
    def status(self) -> HTTPStatus:
        """The status of the page that brings the problems back."""
        if self.is_busy:
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if self.too_large else HTTPStatus.OK

    @property
    def kept(self) -> list[Kept]:
        return [Kept(photo_token(photo), photo) for photo in self.photos]


def take_pictures(request: HttpRequest, *, store: bool = True) -> Pictures:
    """Keeps the photos of a form, each once, at most nine; one that can't be taken is told and left out.

    `store` False leaves new files aside and only answers what is here from before.
    """
    found = Pictures()
    for token in request.POST.getlist("kept"):
        _add(found, photo_of_form(token))
    if not store:
        return found
    for upload in request.FILES.getlist("photos"):
        if len(found.photos) >= MOST_PHOTOS:
            found.problems.append(gettext("最多 %(count)s 张照片，多出的没有保留。") % {"count": MOST_PHOTOS})
            break
        try:
            _add(found, keep_photo(cast("BinaryIO", upload.file), upload.size or 0, keep_for=FORM_KEEPS))
        except LiandongError as error:
            found.is_busy = found.is_busy or isinstance(error, Busy)
            found.too_large = found.too_large or isinstance(error, TooLarge)
            found.problems.append(
                gettext("%(name)s：%(problem)s") % {"name": upload.name, "problem": access.say(error)}
            )
            if found.is_busy:
                break
    return found


def with_patience(response: HttpResponse) -> HttpResponse:
    """Says when to come again, where the page is one of a full queue."""
    return access.with_patience(response, Busy()) if response.status_code == Busy.status else response


def _add(found: Pictures, photo: PhotoRef | None) -> None:
    if photo is None:
        problem = gettext("先前选的照片已过期，请重新选择。")
        if problem not in found.problems:
            found.problems.append(problem)
    elif photo.sha256 not in {each.sha256 for each in found.photos}:
        found.photos.append(photo)


def keeps_own_photos(request: HttpRequest) -> bool:
    """Whether the page's script holds the photos itself and sends them again with the next try."""
    return request.headers.get("X-Upload") == "1"


def picture(digest: str, *, thumb: bool) -> FileResponse:
    """The file as an answer for those who may see it: never kept on the way. Raises NotFound."""
    path: Path = blob_path(digest, thumb=thumb)
    if not path.is_file():
        raise NotFound
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def kept_picture(request: HttpRequest, token: str) -> FileResponse:
    """The thumb of a photo that waits for its report."""
    photo = photo_of_token(token)
    if photo is None:
        raise NotFound
    return picture(photo.sha256, thumb=True)
