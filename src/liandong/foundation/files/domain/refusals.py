"""Why a document isn't taken, as the process that reads it says it: its exit code, and the sentence for people."""

from collections.abc import Mapping
from enum import IntEnum


class Refusal(IntEnum):
    """The exit codes of the process that reads documents."""

    BROKEN = 10
    ENCRYPTED = 11
    ACTIVE = 12
    MACROS = 13
    EMBEDDED = 14
    TOO_LARGE = 15
    UNKNOWN = 16
    LINKED = 17


SENTENCES: Mapping[Refusal, str] = {
    Refusal.BROKEN: "这个文件不完整或已损坏，请重新保存后再上传。",
    Refusal.ENCRYPTED: "这个文件设有密码或权限限制，请另存为不加密的文件再上传。",
    Refusal.ACTIVE: "这份 PDF 含有脚本、表单程序或会启动其他程序的内容，请打印成普通 PDF 再上传。",
    Refusal.MACROS: "这个文件含有宏，请另存为不含宏的文件再上传。",
    Refusal.EMBEDDED: "这个文件里嵌入了其他文件，请把它们取出来分别上传。",
    Refusal.TOO_LARGE: "这个文件解开后太大，请拆开或缩小后再上传。",
    Refusal.UNKNOWN: "无法识别的文件，请上传照片、PDF 或 Office 文档（docx、xlsx、pptx、odt、ods、odp）。",
    Refusal.LINKED: "这个文件打开时会读取别处的内容，请去掉外部链接的对象再上传。",
}


class Refused(Exception):
    """A document that isn't taken."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.name)
        self.why = why
