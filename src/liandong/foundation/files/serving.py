"""A kept file as an answer for those who may see it. Who may is decided by the room whose row names it."""

from django.http import FileResponse

from liandong.kernel.errors import NotFound

from .domain.kept import JPEG
from .store import path_of


def answer(digest: str, *, media_type: str = JPEG, name: str = "", thumb: bool = False) -> FileResponse:
    """Never kept on the way. A picture is shown; anything else is saved under its name, never opened in our page.
    Raises NotFound.
    """
    path = path_of(digest, thumb=thumb)
    if not path.is_file():
        raise NotFound
    is_picture = media_type == JPEG
    response = FileResponse(path.open("rb"), content_type=media_type, as_attachment=not is_picture, filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
