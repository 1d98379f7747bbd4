"""Files of a form: what was just sent, and what an earlier, faulty try has left here."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.foundation.access import public as access
from liandong.kernel.errors import Busy, InvalidInput, LiandongError, TooLarge
from liandong.kernel.kept import MOST_FILES, DocumentRef, FileRef, PhotoRef

from .documents import keep_file
from .store import FORM_KEEPS
from .tokens import file_of_form, token_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is here already, with the token that names it in the form. `name` is empty of a photo."""

    token: str
    file: FileRef

    @property
    def name(self) -> str:
        return self.file.name if isinstance(self.file, DocumentRef) else ""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of one submission; `problems` are sentences, `refused` the errors behind them."""

    files: list[FileRef] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    refused: list[LiandongError] = field(default_factory=list)

    @property
    def is_busy(self) -> bool:
        """Whether one found no place in the queue."""
        return any(isinstance(error, Busy) for error in self.refused)

    @property
    def photos(self) -> tuple[PhotoRef, ...]:
        return tuple(each for each in self.files if isinstance(each, PhotoRef))

    @property
    def documents(self) -> tuple[DocumentRef, ...]:
        return tuple(each for each in self.files if isinstance(each, DocumentRef))

    @property
    def status(self) -> HTTPStatus:
        """The status of the page that brings the problems back."""
        if self.is_busy:
            return HTTPStatus.SERVICE_UNAVAILABLE
        is_too_large = any(isinstance(error, TooLarge) for error in self.refused)
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_large else HTTPStatus.OK

    def whole(self, field: str) -> list[FileRef]:
        """All of them. Raises InvalidInput, Busy for `field` where one couldn't be taken: the page comes back with the
        others.
        """
        if self.problems:
            raise (Busy if self.is_busy else InvalidInput)(" ".join(self.problems), field=field)
        return self.files

    @property
    def kept(self) -> list[Kept]:
        return [Kept(token_of(file), file) for file in self.files]


def take_uploads(request: HttpRequest, *, store: bool = True) -> Uploads:
    """Keeps the files of a form, each once, at most nine; one that can't be taken is told and left out.

    `store` False leaves new files aside and only answers what is here from before.
    """
    found = Uploads()
    for token in request.POST.getlist("kept")[:MOST_FILES]:
        _add(found, file_of_form(token))
    if not store:
        return found
    for upload in request.FILES.getlist("photos"):
        if len(found.files) >= MOST_FILES:
            found.problems.append(gettext("最多 %(count)s 个文件，多出的没有保留。") % {"count": MOST_FILES})
            break
        try:
            content = cast("BinaryIO", upload.file)
            _add(found, keep_file(content, upload.size or 0, upload.name or "", keep_for=FORM_KEEPS))
        except LiandongError as error:
            found.refused.append(error)
            found.problems.append(
                gettext("%(name)s：%(problem)s") % {"name": upload.name, "problem": access.say(error)}
            )
            if found.is_busy:
                break
    return found


def _add(found: Uploads, file: FileRef | None) -> None:
    if file is None:
        problem = gettext("先前选的文件已过期，请重新选择。")
        if problem not in found.problems:
            found.problems.append(problem)
    elif file.sha256 not in {each.sha256 for each in found.files}:
        found.files.append(file)


def kept_again(request: HttpRequest, uploads: Uploads) -> list[Kept]:
    """The files that the page names in its form when it comes back: none where its script holds the files itself and
    sends them again with the next try.
    """
    return [] if request.headers.get("X-Upload") == "1" else uploads.kept
