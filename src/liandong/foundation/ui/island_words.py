"""The texts of the islands, in the language of the page: templates hand them over, so that there is one catalogue."""

from django.utils.translation import gettext, gettext_lazy, ngettext

LIGHT_WORDS = {
    "green": gettext_lazy("正常"),
    "yellow": gettext_lazy("将到期"),
    "red": gettext_lazy("已超期"),
    "none": gettext_lazy("无时限"),
}

Words = dict[str, object]


def shell_words() -> Words:
    """For every page. `{name}` places are filled in the browser, `%(count)d` and `%(time)s` are shared with Python."""
    return {
        "now": gettext("刚刚"),
        "minutes": [ngettext("%(count)d 分钟前", "%(count)d 分钟前", count) for count in (1, 2)],
        "today": gettext("今天 %(time)s"),
        "yesterday": gettext("昨天 %(time)s"),
        "tomorrow": gettext("明天 %(time)s"),
        "unreachable": gettext("没有送达：网络不通。您填写的内容还在。"),
        "offline": gettext("现在没有网络：这一页留在原处，您填写的内容还在。网络恢复后再按一次。"),
        "slow": gettext("没有送达：服务器很久没有回应。您填写的内容还在。"),
        "failed": gettext("没有完成（{status}）。您填写的内容还在。"),
        "busy": gettext("系统正忙：您填写的内容还在，{seconds} 秒后自动再送。"),
        "retry": gettext("再试一次"),
        "undo": gettext("撤销"),
        "undone": gettext("已撤销"),
        "close": gettext("关闭"),
        "copied": gettext("已复制"),
        "draft": gettext("已恢复上次没有提交的内容。"),
        "discard": gettext("清空重填"),
        "yes": gettext("确定"),
    }


def live_words() -> Words:
    """For the bar of new events: one, many, and what is said when the server does not answer."""
    one, many = (ngettext("%(count)d 条新事件", "%(count)d 条新事件", count) for count in (1, 2))
    return {"one": one, "many": many, "stale": gettext("更新中断，列表可能不是最新的。")}


def map_words() -> Words:
    """For the map; coordinates and counts are filled in the browser."""
    return {
        "no_webgl": gettext("这台设备不能显示地图。请填写地址，或从列表中选择。"),
        "no_cells": gettext("底图没有加载成功，其他功能不受影响。"),
        "no_points": gettext("地图上的点没有加载成功，请以列表为准。"),
        "insecure": gettext("通过 http 打开的页面不能使用定位。请在地图上点选，或填写地址。"),
        "refused": gettext("您没有允许使用位置。可以在浏览器设置中允许，也可以在地图上点选。"),
        "unavailable": gettext("暂时取不到您的位置。请在地图上点选，或填写地址。"),
        "timeout": gettext("定位用时太长。请到开阔处再试，或在地图上点选。"),
        "outside": gettext("您的位置不在本县范围内。请在地图上点选问题所在的地方。"),
        "locating": gettext("正在定位…"),
        "located": gettext("已定位，误差约 {metres} 米。可以拖动标记调整。"),
        "picked": gettext("已选：北纬 {lat}，东经 {lon}"),
        "marker": gettext("所选位置，可拖动"),
        "canvas": gettext("地图：方向键移动，加减号缩放"),
        "cluster": gettext("这里有 {count} 件事件"),
        "cluster_lights": gettext("{name} {count} 件"),
        "hint": gettext("点选地图，或用方向键移动地图后按回车，选定中心点。"),
        "opening": gettext("正在打开地图…"),
        "not_opened": gettext("地图没有打开，请检查网络后再试一次。其他内容不受影响。"),
        "open": gettext("打开"),
        "close": gettext("关闭"),
        "zoom_in": gettext("放大"),
        "zoom_out": gettext("缩小"),
        "lights": {state: str(word) for state, word in LIGHT_WORDS.items()},
    }


def photo_words() -> Words:
    """For choosing and sending photos and documents; `{…}` places are filled in the browser."""
    return {
        "remove": gettext("移除 {name}"),
        "too_many": gettext("最多 {count} 个文件。"),
        "too_large": gettext("{name} 太大，请选小一些的（不超过 {size}）。"),
        "not_image": gettext("{name} 不是照片，也不是 PDF 或 Office 文档（docx、xlsx、pptx、odt、ods、odp）。"),
        "preparing": gettext("正在处理…"),
        "sending": gettext("正在上传 {percent}%"),
        "finishing": gettext("已上传，正在保存…"),
        "retrying": gettext("网络中断，{seconds} 秒后自动重试，内容都在。"),
        "gave_up": gettext("没有送达。内容和文件都在这台设备上，请稍后再按一次提交。"),
        "refused": gettext("没有被接受：{reason}"),
        "kept": gettext("已恢复上次选好的照片和文件。"),
        "count": gettext("已选 {count} 个，共 {size}"),
    }
