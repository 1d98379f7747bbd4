"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.rights import RIGHTS

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "the county's matters: no person",
        "registers of the county",
        "registers of the county",
        "cases_category",
    ),
    *rooms.stores(
        rooms.Kept.AGAIN,
        "weights of pieces of words, learned anew every night",
        "what a reporter wrote",
        "titles, subjects",
        "cases_learned_model",
    ),
)
_L = "liandong.contexts.categories.lacking"
LACKS = (
    rooms.Lack(
        "categories.leaves",
        55,
        _("还没有事项分类"),
        _("上报无法归类，也就没有部门和时限。"),
        _("导入事项分类文件；随产品有一份可用。"),
        f"{_L}.leaves",
        "opening:file",
        ("taxonomy",),
        label=_("导入事项分类"),
    ),
    rooms.Lack(
        "categories.leads",
        60,
        _("没有牵头部门的小类"),
        _("这些事项都停在统筹台，由人逐件派。"),
        _("在权责清单里写明由哪个部门牵头：可以按大类、组或小类写。"),
        f"{_L}.leads",
        "opening:file",
        ("duties",),
        label=_("导入权责清单"),
    ),
    rooms.Lack(
        "categories.duties",
        65,
        _("权责清单里的代码不是现行分类"),
        _("这些行不起作用。"),
        _("在权责清单里改正代码，或停用这些行。"),
        f"{_L}.duties",
        "admin:orgs_duty_changelist",
        label=_("打开权责清单"),
    ),
)
ROOM = rooms.Room(name="categories", label=_("事项分类"), rights=RIGHTS, stores=STORES, lacks=LACKS)
