"""Who asks without an account: pages that leave no trace elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from liandong.foundation.access.public import source_of

__all__ = ["source_of", "unlisted"]
View = Callable[..., HttpResponseBase]


def unlisted(view: View) -> View:
    """A page behind a secret address: not indexed, its address not passed on; that nobody keeps it, `app/no_store.py`
    says.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return wrapped
