"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from . import queries
from .domain import rights

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "divisions, offices and duties: no person",
        "registers of the county",
        "registers of the county",
        "orgs_county",
        "orgs_division",
        "orgs_office",
        "orgs_duty",
    ),
)
_L = "liandong.foundation.orgs.lacking"
LACKS = (
    rooms.Lack(
        "orgs.county",
        10,
        _("还没有设置本县"),
        _("没有县名和区划代码，页面和回执上看不出是哪个县。"),
        _("导入区划文件，文件里的县就是本县；县名和期限以后可在登记册里改。"),
        f"{_L}.name_of_county",
        "opening:file",
        ("divisions",),
        label=_("导入区划"),
    ),
    rooms.Lack(
        "orgs.towns",
        20,
        _("还没有乡镇（街道）"),
        _("上报找不到所在的乡镇，只能由统筹台逐件判断。"),
        _("导入区划文件：乡镇、村、网格，可以一次导入。"),
        f"{_L}.towns",
        "opening:file",
        ("divisions",),
        label=_("导入区划"),
    ),
    rooms.Lack(
        "orgs.outlines",
        30,
        _("没有边界的区划"),
        _("地图上的一点判定不出属于哪个乡镇、哪个村。"),
        _("导入带边界的 GeoJSON 文件，按区划代码补上。"),
        f"{_L}.outlines",
        "opening:file",
        ("divisions",),
        label=_("导入边界"),
    ),
    rooms.Lack(
        "orgs.offices",
        40,
        _("还没有部门"),
        _("事件没有可以派给的部门。"),
        _("导入部门文件，或在登记册里逐个新增。"),
        f"{_L}.offices",
        "opening:file",
        ("offices",),
        label=_("导入部门"),
    ),
    rooms.Lack(
        "orgs.desk",
        50,
        _("没有统筹台"),
        _("职责不清、没有牵头部门的事件无处可去。"),
        _("在部门登记册里，把县统筹协调台勾为统筹台。"),
        f"{_L}.desk",
        "admin:orgs_office_changelist",
        label=_("打开部门登记册"),
    ),
    rooms.Lack(
        "orgs.years",
        110,
        _("没有放假安排的年份"),
        _("只知道法定节假日，不知道调休：工作日的期限可能差一两天。"),
        _("导入国务院办公厅的放假通知（日期、放假或上班）。"),
        f"{_L}.years",
        "opening:file",
        ("calendar",),
        label=_("导入工作日历"),
    ),
)
ROOM = rooms.Room(
    name="orgs", label=_("区划与部门"), switched_off=queries.rooms_off, rights=rights.RIGHTS, stores=STORES, lacks=LACKS
)
