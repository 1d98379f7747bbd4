"""Short messages that follow an action, with a way back where there is one."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

LEVELS = {"success": messages.SUCCESS, "warning": messages.WARNING, "error": messages.ERROR}
UNDO = "undo="
HERE = "here"


def toast(request: HttpRequest, text: str, *, level: str = "success", undo_url: str = "") -> None:
    """Show `text` on the next full page. `level` is `success`, `warning` or `error`; undo is a POST to `undo_url`."""
    messages.add_message(request, LEVELS[level], text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def say_here(request: HttpRequest, text: str) -> None:
    """Says `text` once, where the next full page has `{% said_here %}`, and in no toast."""
    messages.success(request, text, extra_tags=HERE)


def with_toast(response: HttpResponse, text: str, *, level: str = "success", undo_url: str = "") -> HttpResponse:
    """The same for the answer to an HTMX request: adds to `HX-Trigger`, which stays ASCII."""
    if level not in LEVELS:
        raise ValueError(f"unknown level of a toast: {level}")
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers["toast"] = {"text": str(text), "level": level, "undo_url": undo_url}
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response


def undo_url(extra_tags: str) -> str:
    """The undo address inside the tags of a message, or an empty string."""
    return extra_tags.removeprefix(UNDO) if extra_tags.startswith(UNDO) else ""
