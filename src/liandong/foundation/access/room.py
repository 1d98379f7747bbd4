"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "posts, not persons; a post that is gone is switched off",
        "accounts of posts",
        "accounts",
        "access_staff",
        "access_staff_cell",
        "access_staff_groups",
        "access_staff_user_permissions",
    ),
    *rooms.stores(
        rooms.Kept.REPLACED,
        "a choice of a post, nothing of a reporter",
        "what a post arranged for itself on a page",
        "what a post arranged for itself",
        "access_arrangement",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "times and codes of a post",
        "when a post is out, and its deputy",
        "accounts",
        "access_absence",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "keys of client systems, as a hash",
        "accounts of posts",
        "accounts",
        "access_api_key",
    ),
    *rooms.stores(
        rooms.Kept.SPAN,
        "salted keys of addresses with counts",
        "accounts of posts",
        "accounts",
        "access_rate",
        "access_cache",
        kept_for="a day",
    ),
    *rooms.stores(
        rooms.Kept.SPAN,
        "the session of a post: its id",
        "accounts of posts",
        "accounts",
        "django_session",
        kept_for="twelve hours",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "names of rights and changes of registers by posts; the register page shows no contact",
        "accounts of posts",
        "accounts",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
        "django_content_type",
        "django_admin_log",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "addresses of posts, as their account has them",
        "accounts of posts",
        "accounts",
        "account_emailaddress",
        "account_emailconfirmation",
    ),
)
ROOM = rooms.Room(
    name="access",
    label=_("人员与权限"),
    pages=(
        Page("admin:index", _("登记册"), Place.STAFF, 70, rights.KEEP_REGISTERS),
        Page("account_change_password", _("修改密码"), Place.MENU, 90),
    ),
    urls=(("accounts/", "liandong.foundation.access.urls"),),
    rights=rights.RIGHTS,
    stores=STORES,
)
