"""Names that accounts sign in with."""

from liandong.kernel.errors import InvalidInput


def check_username(username: str, spelt: str) -> None:
    """`spelt`: how an account of this name writes it. Raises InvalidInput where only capitals tell the two apart: who
    signs in needn't write them, and neither of the two could.
    """
    if username != spelt:
        raise InvalidInput(
            "登录名只有大小写不同：%(username)s，已有 %(spelt)s。", field="username", username=username, spelt=spelt
        )
