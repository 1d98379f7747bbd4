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
_L = "liandong.foundation.access.lacking"
_STAFF = "admin:access_staff_changelist"
LACKS = (
    rooms.Lack(
        "access.places",
        80,
        _("没有部门、区划或网格的岗位"),
        _("登录后看不到任何要办的事件。"),
        _("在岗位账号里补上部门、区划或网格，或重新导入岗位文件。"),
        f"{_L}.places_of_posts",
        _STAFF,
        label=_("打开岗位账号"),
    ),
    rooms.Lack(
        "access.cells",
        90,
        _("没有网格员的网格"),
        _("网格里的事件没有人就近核查、处置。"),
        _("在网格岗的账号里填上网格代码，或导入岗位文件。"),
        f"{_L}.cells",
        "opening:file",
        ("staff",),
        label=_("导入岗位"),
        is_needed=False,
    ),
    rooms.Lack(
        "access.passwords",
        100,
        _("没有密码的岗位"),
        _("这些岗位还不能登录。"),
        _("逐个设置初始密码；有邮箱的，可以自己用“忘记密码”设置。"),
        f"{_L}.passwords",
        _STAFF,
        label=_("打开岗位账号"),
    ),
    rooms.Lack(
        "access.sign_ins",
        105,
        _("从未登录过的岗位"),
        _("派给这些岗位的事件可能没有人看。"),
        _("请有关部门登录一次；不用的账号停用。"),
        f"{_L}.sign_ins",
        _STAFF,
        label=_("打开岗位账号"),
        is_needed=False,
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
    lacks=LACKS,
)
