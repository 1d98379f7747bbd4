"""The components of all pages; docs/faces.md is their contract."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from liandong.foundation.language import is_english
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui import assets, form_parts, island_words, marks
from liandong.foundation.ui import navigation as site
from liandong.foundation.ui.pieces import Chip, Pager, Photo, Step
from liandong.foundation.ui.toasts import HERE, undo_url
from liandong.foundation.ui.wording import grouped, zone_of
from liandong.kernel.kept import MOST_DOCUMENT_BYTES, MOST_FILES
from liandong.kernel.written import LIMITS

register = template.Library()

LANGUAGE_NAMES = {"zh-hans": "中文", "en": "English"}


def _zone(context: Context) -> tzinfo:
    return zone_of(getattr(context.get("county"), "zone", None) or settings.TIME_ZONE)


def _json(words: Mapping[str, object]) -> str:
    return json.dumps(words, ensure_ascii=False)


@register.simple_tag
def signs(kind: str) -> int:
    """How long a text of this kind may be, for `maxlength`."""
    return LIMITS[kind]


@register.simple_tag
def html_lang() -> str:
    """The language of the page as BCP 47."""
    return "en" if is_english() else "zh-Hans"


@register.simple_tag(takes_context=True)
def county_name(context: Context) -> str:
    """The county's name in the language of the page; empty when no county is known."""
    county = context.get("county")
    chinese = getattr(county, "name", "") or ""
    return (getattr(county, "name_en", "") or chinese) if html_lang() == "en" else chinese


@register.simple_tag(takes_context=True)
def post_name(context: Context) -> str:
    """The post that is signed in: `post.name`, or the account's own `post_name`, or the user name."""
    user = context.get("user")
    own = getattr(user, "post_name_en", "") if html_lang() == "en" else ""
    name = getattr(context.get("post"), "name", "") or own or getattr(user, "post_name", "")
    return str(name or getattr(user, "username", ""))


@register.simple_tag
def languages() -> list[dict[str, object]]:
    """The languages to switch to, each named in itself."""
    current = get_language() or settings.LANGUAGE_CODE
    return [
        {"code": code, "name": LANGUAGE_NAMES.get(code, name), "is_current": code == current}
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def navigation(context: Context, place: str) -> list[site.Link]:
    """Links that the rooms have hung up there, for this post."""
    return site.links(place, context.get("request"))


@register.simple_tag
def header_parts() -> list[str]:
    """Templates that the rooms have hung up in the header of staff pages."""
    return rooms.header_parts()


@register.simple_tag
def address(url_name: str) -> str:
    """An address, or an empty string when this installation has no such page."""
    return site.address(url_name)


@register.simple_tag
def island(name: str) -> SafeString:
    """Script, preloads and styles of `islands/<name>.ts`."""
    entry = assets.island(name)
    styles = format_html_join("", '<link rel="stylesheet" href="{}">', ((each,) for each in entry.styles))
    preloads = format_html_join("", '<link rel="modulepreload" href="{}">', ((each,) for each in entry.preloads))
    return format_html('{}{}<script type="module" src="{}"></script>', styles, preloads, entry.script)


@register.simple_tag
def island_css() -> SafeString:
    """The style of all pages."""
    return format_html('<link rel="stylesheet" href="{}">', assets.style())


@register.simple_tag
def shell_words() -> SafeString:
    """The texts that every page's script needs."""
    return json_script(island_words.shell_words(), "shell-words")


@register.simple_tag
def light(state: str, compact: bool = False) -> SafeString:
    """A light as colour, shape and word; an empty or unknown state counts as without a time limit."""
    return marks.light(state, compact=compact)


@register.simple_tag(takes_context=True)
def due(context: Context, moment: datetime | None, count: int | None = None, unit: str = "") -> SafeString:
    """The time that is left until `moment`, in words; see `wording.due_words`."""
    return marks.due(moment, _zone(context), count, unit)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None, style: str = "both") -> SafeString:
    """A moment in the county's zone; an absent one gives an empty text."""
    return marks.moment(at, _zone(context), style)


@register.simple_tag
def case_number(number: object) -> SafeString:
    """Groups are set apart by style only, so that a copied number has no gaps."""
    return marks.case_number(str(number))


@register.filter(name="grouped")
def grouped_text(number: object) -> str:
    """`12 345 6789` for plain text and print."""
    return " ".join(grouped(str(number)))


@register.inclusion_tag("ui/parts/empty_state.html")
def empty_state(title: str, text: str = "", action_url: str = "", action_label: str = "") -> dict[str, object]:
    """A list without rows says so, and what to do about it."""
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label}


@register.inclusion_tag("ui/parts/skeleton.html")
def skeleton(rows: int = 5) -> dict[str, object]:
    """Grey lines in the place of rows that are on their way."""
    return {"rows": range(rows)}


@register.simple_tag
def busy() -> SafeString:
    """Shows only while a request of `hx-indicator` runs."""
    return format_html(
        '<span class="busy htmx-indicator" role="status"><span class="busy-mark" aria-hidden="true"></span>{}</span>',
        gettext("正在加载…"),
    )


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm | Mapping[str, str] | None) -> dict[str, object]:
    """All errors of a form with links to the fields. A mapping is field id to text, the empty id for the whole."""
    if isinstance(form, Mapping):
        return {"errors": list(form.items())}
    return {"errors": list(form_parts.errors(form)) if form is not None and form.is_bound else []}


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, object]:
    """One field of a form: label above, help under, error beside."""
    return form_parts.field_parts(bound, hint)


@register.inclusion_tag("ui/parts/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, object]:
    """All fields of a form in one column."""
    return {"form": form}


@register.simple_tag
def once() -> SafeString:
    """Names this form, so that sending it twice counts once."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid.uuid4())


@register.inclusion_tag("ui/parts/pager.html")
def pager(pager: Pager) -> dict[str, object]:
    """Links of a list paged by key."""
    return {"pager": pager}


@register.inclusion_tag("ui/parts/chips.html")
def chips(chips: Sequence[Chip], label: str = "") -> dict[str, object]:
    """Filters as links."""
    return {"chips": chips, "label": label}


@register.inclusion_tag("ui/parts/stepper.html", takes_context=True)
def stepper(context: Context, steps: Sequence[Step]) -> dict[str, object]:
    """One vertical line of steps with their dates."""
    return {"steps": steps, "county": context.get("county")}


@register.inclusion_tag("ui/parts/photo_strip.html", takes_context=True)
def photo_strip(context: Context, photos: Sequence[Photo]) -> dict[str, object]:
    """Photos side by side; each opens large."""
    return {"photos": photos, "county": context.get("county")}


@register.inclusion_tag("ui/parts/said_here.html", takes_context=True)
def said_here(context: Context) -> dict[str, object]:
    """The sentence on the visitor's own action (`say_here`): the newest alone, and once."""
    said = [each for each in context.get("messages") or () if each.extra_tags == HERE]
    return {"said": said[-1] if said else ""}


@register.inclusion_tag("ui/parts/masked.html")
def masked(text: str, reveal_url: str = "") -> dict[str, object]:
    """A masked contact and the way to the question for what purpose it is needed."""
    return {"text": text, "reveal_url": reveal_url}


@register.inclusion_tag("ui/parts/definition_rows.html")
def definition_rows(rows: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Label and value pairs; a value that is None or an empty text is left out, a zero is shown."""
    return {"rows": [(label, value) for label, value in rows if value is not None and value != ""]}


@register.simple_tag
def clear_draft(key: str) -> SafeString:
    """Stands on the page after success: the browser forgets the draft."""
    return format_html('<span hidden data-draft-clear="{}"></span>', key)


@register.inclusion_tag("ui/parts/live_bar.html")
def live_bar(url: str, cursor: object, refresh_url: str = "", into: str = "") -> dict[str, object]:
    """The bar that says how many rows are new since `cursor`; nothing moves until it is pressed."""
    words = _json(island_words.live_words())
    return {"url": url, "cursor": cursor, "refresh_url": refresh_url, "into": into, "words": words}


@register.inclusion_tag("ui/parts/map.html", name="map")
def map_island(
    mode: str,
    cells_url: str,
    points_url: str = "",
    lon: object = "",
    lat: object = "",
    list: str = "",
    bounds: str = "",
    *,
    locate: bool = False,
    opens: str = "view",
    fit: str = "",
) -> dict[str, object]:
    """`mode` is `pick`, `list` or `show`; `lon` and `lat` are selectors of inputs to pick, degrees to show;
    `locate`: as long as no place is chosen, begin at the position of the device; `opens`: the map is fetched when it
    comes into `view`, or by a `touch` only; `fit`: `points` where the map begins where its points lie.
    """
    if mode not in {"pick", "list", "show"} or opens not in {"view", "touch"}:
        raise ValueError(f"unknown mode of a map: {mode}, {opens}")
    return {
        "mode": mode,
        "opens": opens,
        "parts": " ".join(assets.later("map")),
        "cells_url": cells_url,
        "points_url": points_url,
        "lon": _plain(lon),
        "lat": _plain(lat),
        "list": list,
        "bounds": bounds,
        "fit": fit,
        "locate": locate,
        "words": _json(island_words.map_words()),
    }


def _plain(value: object) -> str:
    """Degrees with six decimals and a point, whatever the language; a selector as it is."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


@register.inclusion_tag("ui/parts/photos.html")
def photos(name: str = "photos", max_files: int = MOST_FILES, of: str = "") -> dict[str, object]:
    """Choose or take photos, choose documents. `of`: which of several forms of a page."""
    return {
        "name": name,
        "element": f"{name}-{of}" if of else name,
        "max_files": max_files,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_document_bytes": MOST_DOCUMENT_BYTES,
        "words": _json(island_words.photo_words()),
    }


@register.filter
def undo_address(message: Message) -> str:
    """Where the action that a message tells of can be undone."""
    return undo_url(message.extra_tags or "")
