"""One error tree. The docstring of a class is its default message; `code` is stable, `status` is the HTTP status.

Messages are msgids in Simplified Chinese; the edge translates them.
"""

from collections.abc import Mapping


class LiandongError(Exception):
    """操作没有完成。"""

    code = "error"
    status = 400

    def __init__(self, message: str = "", *, field: str = "", **context: object) -> None:
        """`message` may hold %(name)s places filled from `context`; `field` names the input that is wrong."""
        self.message = message or (type(self).__doc__ or "")
        self.field = field
        self.context: Mapping[str, object] = context
        super().__init__(self.message % context if context else self.message)


class InvalidInput(LiandongError):
    """提交的内容有误。"""

    code = "invalid_input"
    status = 400


class MalformedPayload(LiandongError):
    """提交的数据无法解析。"""

    code = "malformed_payload"
    status = 422


class NotSignedIn(LiandongError):
    """请先登录。"""

    code = "not_signed_in"
    status = 401


class NotAllowed(LiandongError):
    """您没有进行此操作的权限。"""

    code = "not_allowed"
    status = 403


class NotFound(LiandongError):
    """没有找到。"""

    code = "not_found"
    status = 404


class Conflict(LiandongError):
    """内容已被他人更新，请刷新后再试。"""

    code = "conflict"
    status = 409


class PostIsAway(LiandongError):
    """这个岗位外出中。可以指派给代理岗位；仍要指派，请勾选确认。"""

    code = "post_is_away"
    status = 409


class PartsGoOn(LiandongError):
    """还有 %(count)d 个部门的协办没有结束：%(offices)s。等它们办完，或写明先答复的理由。"""

    code = "parts_go_on"
    status = 409


class VeryShort(LiandongError):
    """只写了一个字，上报人会读到。确实只写这些，请勾选确认。"""

    code = "very_short"
    status = 409


class TooLarge(LiandongError):
    """上传的内容过大。"""

    code = "too_large"
    status = 413


class LengthMissing(LiandongError):
    """请求没有写明长度（Content-Length），看不出是否完整，没有接收。"""

    code = "length_missing"
    status = 411


class TooMany(LiandongError):
    """操作过于频繁，请稍后再试。"""

    code = "too_many"
    status = 429

    def __init__(self, message: str = "", *, field: str = "", retry_after_s: int = 0, **context: object) -> None:
        """`retry_after_s`: when it's worth trying again, 0 where that isn't known."""
        super().__init__(message, field=field, **context)
        self.retry_after_s = retry_after_s


class Busy(LiandongError):
    """系统繁忙，请稍后再试。"""

    code = "busy"
    status = 503


class StorageFull(LiandongError):
    """存储空间已满，这次没有保存。请稍后再试，内容请先留着。"""

    code = "storage_full"
    status = 507


class MethodRefused(LiandongError):
    """这个地址不支持这种请求方法。"""

    code = "method_refused"
    status = 405


class Fault(LiandongError):
    """系统出错，已经记录下来，请稍后再试。"""

    code = "fault"
    status = 500
