"""Rights to ask offices for a part of a case."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

GIVE = Right(
    "joint.give",
    "请部门协办、解除协办、批复协办的延期：本部门承办的、本乡镇的、统筹台任何的",
    {Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR},
)
RIGHTS = (GIVE,)
