"""Forms for residents and clerks, with the checks that belong beside a field; `domain` checks for all channels."""

from collections.abc import Callable, Iterable, Mapping, Sized
from typing import Any, TypeGuard

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.orgs import public as orgs
from liandong.kernel import geo, written
from liandong.kernel.errors import InvalidInput

from .choosing import choose, groups
from .domain.incoming import ContactInput, Incoming
from .same_matter import id_named_by, named_by

UNKNOWN_OFFICE = "0"
DESK_CHANNELS = {
    "phone": _("来电"),
    "visit": _("来访"),
    "letter": _("来信"),
    "hotline": _("热线转来"),
    "grid": _("网格巡查"),
    "office": _("工作中发现"),
}
EMERGENCY_SERVICES = {
    "110": _("110 报警"),
    "119": _("119 火警"),
    "120": _("120 急救"),
    "122": _("122 交通事故"),
}
NO_WORDS = _("请用文字写明：只有空白、符号或表情不够。")
Choice = tuple[str, Any]


class Line(forms.CharField):
    """One line of text. With `insists` False it may stay empty and yet isn't marked as optional: another field, a
    photo or the heading above says what is needed.
    """

    def __init__(self, *, insists: bool = True, **kwargs: Any) -> None:
        self.insists = insists
        super().__init__(**kwargs)
        self.validators = [_Fits(each.limit_value) if _is_limit(each) else each for each in self.validators]

    def to_python(self, value: object) -> str:
        return written.cleaned(str(super().to_python(value)))

    def validate(self, value: str) -> None:
        if value or self.insists:
            super().validate(value)
        check_readable(value)


class _Fits(MaxLengthValidator):
    """Counts as the field's `maxlength` does."""

    def clean(self, x: Sized) -> int:
        return written.length(str(x))


def _is_limit(validator: object) -> TypeGuard[MaxLengthValidator]:
    return isinstance(validator, MaxLengthValidator)


class Words(Line):
    """Text of several lines; where it is required, there are words in it."""

    widget = forms.Textarea

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.required and self.insists and not written.has_words(value):
            raise forms.ValidationError(NO_WORDS)


class Picker(forms.ChoiceField):
    """A choice whose first option is to leave it open."""

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class PlainForm(forms.Form):
    """A form whose faults are told in our own sentences, each naming its field."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= _sentences(field)


def _sentences(field: forms.Field) -> dict[str, str]:
    """The sentence for each kind of fault, by Django's codes of them."""
    named = {"name": field.label or ""}
    is_choice = isinstance(field, forms.ChoiceField)
    is_number = isinstance(field, forms.FloatField)
    required = gettext("请选择：%(name)s") if is_choice else gettext("请填写%(name)s。")
    invalid = gettext("%(name)s要写成数字，例如 121.98。") if is_number else gettext("%(name)s没能识别，请重新填写。")
    return {
        "required": required % named,
        "invalid": invalid % named,
        "invalid_choice": gettext("%(name)s里没有这一项，请重新选择。") % named,
        "max_length": gettext("%(name)s不能超过 %%(limit_value)s 字，现在有 %%(show_value)s 字。") % named,
        "null_characters_not_allowed": gettext("%(name)s里有不能保存的字符，请检查。") % named,
    }


def check_readable(value: str) -> None:
    """A sign that stands for bytes which were no UTF-8 is a sign lost. Raises ValidationError."""
    if "\ufffd" in value:
        raise forms.ValidationError(gettext("有些字符没能识别，请检查后重新提交。"))


def _categories(*, for_desk: bool) -> list[Choice]:
    """All leaves that may be chosen below their domain."""
    return [
        ("", gettext("按我写的内容归类")),
        *((group.name, [(leaf.code, leaf.name) for leaf in group.leaves]) for group in groups(for_desk=for_desk)),
    ]


def _offices(first: Iterable[Choice]) -> list[Choice]:
    offices = [office for office in orgs.organisation().offices.values() if office.active]
    towns = [(str(row.id), orgs.office_name(row.id)) for row in offices if row.role_code == "TWN"]
    county = [(str(row.id), orgs.office_name(row.id)) for row in offices if row.role_code != "TWN"]
    return [*first, (gettext("县级部门"), county), (gettext("乡镇（街道）"), towns)]


def _posts() -> list[Choice]:
    registry = orgs.organisation()
    by_office: dict[str, list[Choice]] = {}
    for post in access.staff().values():
        office = registry.offices.get(post.office_id or 0)
        if office is not None:
            by_office.setdefault(orgs.office_name(office.id), []).append((str(post.id), access.post_name(post.id)))
    return [("", gettext("不针对某个岗位")), *by_office.items()]


class ReportForm(PlainForm):
    """A resident's report: where, what, who. Only a place and a few words or a photo are asked for."""

    for_desk = False
    """Whether a post fills it in, which may choose what isn't offered to residents."""
    is_joined = False
    """Whether it was joined to the case that it names as the same."""

    address = Line(
        label=_("地址或地点"),
        insists=False,
        max_length=written.LIMITS["address"],
        help_text=_("例如路名、小区、村组、店名，或旁边显眼的建筑。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    lon = forms.FloatField(
        label=_("经度"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    lat = forms.FloatField(
        label=_("纬度"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    photos = forms.Field(label=_("照片或文件"), required=False, widget=forms.FileInput)
    text = Words(
        label=_("情况说明"),
        insists=False,
        help_text=_("发生了什么、从什么时候开始、影响到谁。不要写他人的姓名、电话和身份证号。"),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": written.LIMITS["text"]}),
    )
    may_publish = forms.BooleanField(
        label=_("可以公开我写的内容和部门的答复"),
        required=False,
        help_text=_("公开时隐去姓名、电话和其他号码，以后随时可以收回。不勾选的，只公开事项分类、所在街道和办理状态。"),
    )
    category_code = Picker(label=_("事项分类"))
    same_as = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    complained_office_id = Picker(label=_("反映的部门"))
    name = Line(
        label=_("称呼"),
        insists=False,
        max_length=written.LIMITS["name"],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = Line(
        label=_("电话"),
        insists=False,
        max_length=written.LIMITS["phone"],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = Line(
        label=_("电子邮箱"),
        insists=False,
        max_length=written.LIMITS["email"],
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("category_code", lambda: _categories(for_desk=self.for_desk))
        self._choose(
            "complained_office_id",
            lambda: _offices([("", gettext("请选择")), (UNKNOWN_OFFICE, gettext("说不清是哪个部门"))]),
        )

    def _choose(self, field: str, choices: Callable[[], list[Choice]]) -> None:
        chooser = self.fields[field]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101
        chooser.choices = choices()

    def wire(self, parts: Mapping[str, str]) -> None:
        """Lets what is typed ask for the parts of the page that follow from it. `parts`: addresses by name.

        Fields that ask for the same part wait in one line: a newer question ends an older one, whose late answer would
        put the part back.
        """
        asks = {"hx-encoding": "application/x-www-form-urlencoded"}
        places = asks | {"hx-post": parts["places"], "hx-target": "#place-list", "hx-sync": "this:replace"}
        self.fields["text"].widget.attrs |= asks | {
            "hx-post": parts["category"],
            "hx-sync": "#category-part:replace",
            "hx-swap": "none",
            "hx-trigger": "input changed delay:700ms, change changed",
        }
        self.fields["address"].widget.attrs |= places | {"hx-trigger": "input changed delay:350ms"}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        limit, count = written.LIMITS["text"], written.length(text)
        if count > limit:
            message = gettext("内容不能超过 %(limit)s 字，现在有 %(count)s 字。")
            raise forms.ValidationError(message % {"limit": limit, "count": count})
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._check_point(cleaned)
        unnamed = self.asks_office and not cleaned.get("complained_office_id")
        if unnamed and "complained_office_id" not in self.errors:
            self.add_error("complained_office_id", gettext("请选择反映的部门，好让它不经手这件事。"))
        return cleaned

    @property
    def asks_office(self) -> bool:
        """Whether the category, chosen or clear from the words, is a complaint that must not reach its object."""
        return choose(str(self["text"].value() or ""), str(self["category_code"].value() or "")).asks_office

    def _check_point(self, cleaned: dict[str, Any]) -> None:
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        if {"lon", "lat"} & set(self.errors):
            return
        if (lon is None) != (lat is None):
            self.add_error("lon" if lon is None else "lat", gettext("经度和纬度须同时填写。"))
        elif lon is not None and lat is not None:
            try:
                geo.check_coordinates(lon, lat)
            except InvalidInput as error:
                self.add_error(error.field, access.say(error))

    def require_place(self) -> None:
        """A report says where it is; a complaint about an office may leave that open."""
        if {"address", "lon", "lat"} & set(self.errors) or self.asks_office or self.same:
            return
        if self.cleaned_data.get("lon") is None and not written.has_words(self.cleaned_data.get("address", "")):
            self.add_error("address", gettext("请在地图上选出位置，或写下地址。"))

    def require_matter(self, sent: Iterable[files.FileRef]) -> None:
        """A report says or shows what it is about, or that it is the same as another."""
        is_said = written.has_words(self.cleaned_data.get("text", "")) or "text" in self.errors
        if not self.same and not is_said and not list(sent):
            self.add_error("text", gettext("请写几句话说明情况，或附上照片。"))

    @cached_property
    def same(self) -> cases.CaseRow | None:
        """The open case near by that this report says it is the same as."""
        return named_by(str(self.data.get("same_as") or ""))

    @property
    def complained_office(self) -> int | None:
        """The office complained of, where the category is such a complaint."""
        return int(self.cleaned_data["complained_office_id"] or 0) or None if self.asks_office else None

    @property
    def complained_post(self) -> int | None:
        """The post complained of: residents name offices only."""
        return None

    def incoming(self, *, origin: str, key: str, uploads: files.Uploads, channel: str = "web") -> Incoming:
        """The checked form as a report."""
        filled = self.cleaned_data
        return Incoming(
            text=filled["text"],
            channel=channel,
            origin=origin,
            origin_key=key,
            lon=filled["lon"],
            lat=filled["lat"],
            address=filled["address"],
            category_code=filled["category_code"],
            complained_office_id=self.complained_office,
            complained_staff_id=self.complained_post,
            contact=ContactInput(filled["name"], filled["phone"], filled["email"]),
            photos=uploads.photos,
            documents=uploads.documents,
            language=get_language() or "",
            may_publish=filled["may_publish"],
            same_as=id_named_by(str(self.data.get("same_as") or "")),
        )

    def refuse(self, field: str, sentence: str) -> None:
        """Puts the sentence of a refused report beside its field; what the form doesn't show stands above all."""
        self.add_error(field if field in self.fields else None, sentence)


class DeskForm(ReportForm):
    """A report that a clerk takes down for somebody else."""

    for_desk = True

    channel = forms.ChoiceField(label=_("渠道"), choices=[], widget=forms.RadioSelect)
    complained_staff_id = Picker(label=_("反映的岗位"))
    handed_to = Picker(label=_("已电话移交"), help_text=_("移交后这件事只作记录；仍要部门办理的，请不要选。"))

    def __init__(self, *args: Any, may_tell_numbers: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("channel", lambda: list(DESK_CHANNELS.items()))
        self._choose("complained_office_id", lambda: _offices([("", gettext("没有，或说不清"))]))
        self._choose("complained_staff_id", _posts)
        self._choose("handed_to", lambda: [("", gettext("没有移交")), *EMERGENCY_SERVICES.items()])
        self.fields["text"].help_text = gettext("尽量按上报人的原话记。")
        self.fields["may_publish"].label = gettext("上报人同意公开所说的内容和部门的答复")
        if not self.is_bound:
            self.fields["text"].widget.attrs["autofocus"] = True
        if not may_tell_numbers:
            del self.fields["handed_to"]

    @property
    def asks_office(self) -> bool:
        """A clerk is trusted to leave it open; what is chosen always bars."""
        return False

    @property
    def complained_office(self) -> int | None:
        return int(self.cleaned_data["complained_office_id"] or 0) or None

    @property
    def complained_post(self) -> int | None:
        return int(self.cleaned_data["complained_staff_id"] or 0) or None


class PhoneForm(DeskForm):
    """The same while a caller waits: the number first, which begins the call and is kept by no browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = gettext("来电号码")
        for name in ("name", "phone", "email"):
            self.fields[name].widget.attrs |= {"data-private": True, "autocomplete": "off"}
        self.fields["phone"].widget.attrs["autofocus"] = True
        self.fields["text"].widget.attrs.pop("autofocus", None)

    def wire(self, parts: Mapping[str, str]) -> None:
        """Typing the number begins the call."""
        super().wire(parts)
        self.fields["phone"].widget.attrs |= {
            "hx-post": parts["begin"],
            "hx-target": "#call-bar",
            "hx-swap": "outerHTML",
            "hx-trigger": "change",
            "hx-params": "csrfmiddlewaretoken",
        }


class CallerForm(PlainForm):
    """A supplement by a caller."""

    text = Words(label=_("记录"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": written.LIMITS["text"]}))
    photos = forms.Field(label=_("照片或文件"), required=False, widget=forms.FileInput)


class StatusForm(PlainForm):
    """Number and code of a receipt."""

    number = Line(
        label=_("事件编号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "000012374"}),
    )
    code = Line(
        label=_("回执码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "7K2M-9QXR-4TBD"}
        ),
    )


class ReplyForm(PlainForm):
    """The reporter's answer to a question."""

    text = Words(label=_("您的补充"), widget=forms.Textarea(attrs={"rows": 4, "maxlength": written.LIMITS["text"]}))
    photos = forms.Field(label=_("照片或文件"), required=False, widget=forms.FileInput)


class SupplementForm(ReplyForm):
    """The reporter adds something unasked: words, or pictures and documents alone."""

    text = Words(
        label=_("您的补充"),
        insists=False,
        help_text=_("例如新的情况、更准确的位置、现在的照片。"),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": written.LIMITS["text"]}),
    )


class VerdictForm(PlainForm):
    """The reporter's verdict. Satisfaction 1 (very dissatisfied) to 5 (very satisfied). Whoever says that it isn't
    solved says why: by one of a few reasons, or in words.
    """

    solved = forms.TypedChoiceField(
        label=_("问题解决了吗？"),
        choices=[("yes", _("已解决")), ("no", _("没有解决"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = Picker(
        label=_("没有解决的，差在哪里"),
        choices=[(value, _(name)) for value, name in cases.UNSOLVED_REASONS.items()],
        widget=forms.RadioSelect,
    )
    satisfied = forms.TypedChoiceField(
        label=_("对办理过程满意吗？"),
        required=False,
        choices=[(value, _(name)) for value, name in cases.SATISFACTION_NAMES.items()],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    text = Words(
        label=_("想说的话"),
        required=False,
        help_text=_("没有解决的，请写明还差什么，部门会据此重新办理。"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": written.LIMITS["text"]}),
    )
    photos = forms.Field(label=_("照片或文件"), required=False, widget=forms.FileInput)

    def clean(self) -> dict[str, Any]:
        """A reason that was chosen counts for nothing where it is solved."""
        filled = super().clean() or {}
        if filled.get("solved") is not False:
            return filled | {"reason": ""}
        if filled.get("text") or self.has_error("text"):
            return filled
        if not filled.get("reason") and not self.has_error("reason"):
            self.add_error("reason", gettext("请选一个原因，或在下面写几句话，部门才知道还差什么。"))
        elif filled.get("reason") == "other":
            self.add_error("text", gettext("选了“其他”，请写几句话。"))
        return filled
