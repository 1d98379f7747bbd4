"""The form of a file: what each kind asks besides."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liandong.contexts.opening.domain.kinds import FileKind
from liandong.foundation.orgs import public as orgs

MAPPINGS = ("nyc311", "city_messages", "city_messages_labelled", "boston_points")
"""Those that the product brings; a test holds them against the importer's."""
_MEGABYTE = 1024 * 1024
_MOST_MAPPING_BYTES = 256 * 1024
_CRS = (("", _("按本县设置")), ("wgs84", "WGS-84"), ("cgcs2000", "CGCS2000"), ("gcj02", "GCJ-02"), ("bd09", "BD-09"))


def _day(label: Any, hint: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": _("请填写日期，如 2026-05-01。")}
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget, error_messages=wrong)


_OPTIONS: Mapping[str, Any] = {
    "crs": lambda: forms.ChoiceField(
        label=_("坐标系"), choices=_CRS, required=False, help_text=_("文件里的经纬度用的坐标系，会换算成 WGS-84。")
    ),
    "county": lambda: forms.CharField(
        label=_("县名"), max_length=60, required=False, help_text=_("清单里没有县本级时填写。")
    ),
    "area_code": lambda: forms.RegexField(
        r"^0\d{2,3}$",
        label=_("电话区号"),
        required=False,
        help_text=_("如 0571：没写区号的座机号码按这个区号查找。"),
        error_messages={"invalid": _("区号以 0 开头，3 或 4 位。")},
    ),
    "valid_from": lambda: _day(_("生效日期"), _("名称、上级或边界从哪天起改变；空着就是今天，不能在将来。")),
    "end_missing": lambda: forms.BooleanField(
        label=_("文件里没有的同类区划到此为止"), required=False, help_text=_("只在文件是完整的清单时勾选。")
    ),
    "retire_missing": lambda: forms.BooleanField(
        label=_("文件里没有的分类停用"), required=False, help_text=_("本县自设的（90–99）不受影响。")
    ),
    "source": lambda: forms.CharField(
        label=_("来源名称"),
        max_length=60,
        required=False,
        help_text=_("通知或资料的名称；同名的再导入一次，就替换上一次。空着用文件名。"),
    ),
    "covers_until": lambda: _day(_("安排到哪一天"), _("空着就是那一年的最后一天。")),
    "mapping": lambda: forms.ChoiceField(
        label=_("映射"),
        choices=[("", _("用下面的文件")), *((name, name) for name in MAPPINGS)],
        required=False,
        help_text=_("内置的映射，或在下面选择一份自己的。"),
    ),
}


class FileForm(forms.Form):
    """One file with the options of its kind. `kept` are the options as they are stored."""

    file = forms.FileField(label=_("文件"), error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")})

    def __init__(self, kind: FileKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        self.fields["file"].widget.attrs["accept"] = ",".join(kind.suffixes)
        self.fields["file"].help_text = gettext("%(suffixes)s，最大 %(most)s MB；更大的请在服务器上用命令导入。") % {
            "suffixes": " ".join(kind.suffixes),
            "most": settings.UPLOAD_MAX_BYTES // _MEGABYTE,
        }
        for name in kind.options:
            self.fields[name] = _OPTIONS[name]()
        if "mapping" in kind.options:
            self.fields["mapping_file"] = forms.FileField(
                label=_("映射文件"),
                required=False,
                help_text=_("TOML 文件，写法见 docs/importing.md。"),
                widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
            )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(gettext("文件太大，请在服务器上用命令导入。"))
        return file

    def clean_mapping_file(self) -> Any:
        file = self.cleaned_data["mapping_file"]
        if file and file.size > _MOST_MAPPING_BYTES:
            raise forms.ValidationError(gettext("映射文件太大。"))
        return file

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day and day > orgs.today():
            raise forms.ValidationError(gettext("生效日期不能在将来。"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "mapping" in self._kind.options and not cleaned.get("mapping") and not cleaned.get("mapping_file"):
            self.add_error("mapping", gettext("请选择一份映射，或上传自己的。"))
        return cleaned

    @property
    def kept(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in self._kind.options}
        return {name: value if isinstance(value, (str, bool)) else str(value) for name, value in given.items() if value}
