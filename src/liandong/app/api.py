"""`/api/v1`: who may call, how answers are written, how errors are told, and the OpenAPI document of it all.

The rooms say what their answers are by the return types of their endpoints; nothing is validated on the way out.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from ninja.security import APIKeyCookie, APIKeyHeader

from liandong import __version__
from liandong.foundation.access import public as access
from liandong.foundation.rooms import public as rooms
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotAllowed, NotFound, NotSignedIn

log = logging.getLogger(__name__)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
Run = Callable[..., HttpResponseBase]
_REF = "#/components/schemas/{name}"


class PostSession(APIKeyCookie):
    """A signed-in post; for methods that change something with the CSRF token of the page."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Without a session there is nothing to forge: that is 401, not 403."""
        return super().__call__(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return access.actor(request) if request.user.is_authenticated else None


class ClientKey(APIKeyHeader):
    """A client system; it may send reports and read their receipts."""

    param_name = "X-Api-Key"

    def _get_key(self, request: HttpRequest) -> str | None:
        """Without building all of `request.headers`: reports come this way by the thousand."""
        return request.META.get("HTTP_X_API_KEY")

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return access.client(key) if key else None


class Compact(BaseRenderer):
    """Frozen rows straight to UTF-8 JSON."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return msgspec.json.encode(data)


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details; `title` in the language of the request, `field` names the input that is wrong."""

    type: str
    title: str
    status: int
    code: str
    field: str = ""


class Api(NinjaAPI):
    """Its document takes answers from the return types of the endpoints and bodies from the types they name."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        entries = [entry for methods in document["paths"].values() for entry in methods.values()]
        answers = self._answers()
        types = [entry["requestBody"] for entry in entries if "requestBody" in entry]
        types += [answers[entry["operationId"]] for entry in entries if entry["operationId"] in answers]
        schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
        found = iter(schemas)
        for entry in entries:
            if "requestBody" in entry:
                entry["requestBody"] = {"required": True, "content": {"application/json": {"schema": next(found)}}}
        for entry in entries:
            entry["responses"] = {"default": _PROBLEM}
            if entry["operationId"] in answers:
                entry["responses"]["200"] = _answer(next(found))
        document["components"]["schemas"] = components
        return document

    def _answers(self) -> dict[str, Any]:
        """The types of answers by operation id."""
        views = [view for bound in self._get_bound_routers() for view in bound.path_operations.values()]
        found = {}
        for operation in (each for view in views for each in view.operations):
            hint = get_type_hints(operation.view_func, include_extras=True).get("return")
            answer = get_args(hint)[1] if get_origin(hint) is Annotated else hint
            if answer is not HttpResponse:
                found[self.get_openapi_operation_id(operation)] = answer
        return found

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


_PROBLEM = {
    "description": "What went wrong",
    "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}},
}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "OK", "content": {"application/json": {"schema": schema}}}


api = Api(title="联动 Liandong", version=__version__, urls_namespace="api-1", docs_url=None, renderer=Compact())


@api.exception_handler(LiandongError)
def refused(request: HttpRequest, error: LiandongError) -> HttpResponse:
    return access.problem(error)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return access.problem(NotSignedIn("请先登录，或在请求头 X-Api-Key 中提供接口密钥。"))


@api.exception_handler(HttpError)
def forged(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The only one that can come: the CSRF token of a session is missing or wrong."""
    return access.problem(NotAllowed("缺少有效的 CSRF 令牌，请刷新页面后再试。"))


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
@api.exception_handler(UnreadablePostError)
def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return access.problem(access.told(error))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("database: %s", error)
    return access.problem(access.told(error))


@api.exception_handler(Exception)
def fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return access.problem(access.told(error))


def only_known_parameters(run: Run) -> Run:
    """Refuses a parameter that the endpoint doesn't know: a filter with a slip in it would be passed over."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    listed = (operation.openapi_extra or {}).get("parameters", [])
    known = frozenset(each["name"] for each in listed if each["in"] == "query")
    if not operation.include_in_schema:
        return run

    @wraps(run)
    def checked(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        unknown = next((name for name in request.GET if name not in known), None)
        if unknown is not None:
            return access.problem(InvalidInput("没有这个查询参数：%(name)s", field=unknown[:60], name=unknown[:60]))
        return run(request, **parts)

    return checked


def only_while_on(room: rooms.Room) -> Callable[[Run], Run]:
    """Endpoints of a room that is off aren't there."""

    def wrap(run: Run) -> Run:
        @wraps(run)
        def checked(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            return run(request, **parts) if rooms.is_on(room.name) else access.problem(NotFound())

        return checked if room.is_optional else run

    return wrap


nowhere = Router()


@nowhere.api_operation(METHODS, "/{path:rest}", include_in_schema=False)
def not_here(request: HttpRequest, rest: str) -> HttpResponse:
    raise NotFound


api.add_decorator(only_known_parameters, mode="view")
for room in rooms.rooms():
    if room.api is not None:
        router: Router = import_string(room.api.name)
        router.add_decorator(only_while_on(room), mode="view")
        api.add_router("", router, auth=[ClientKey(), PostSession()] if room.api.for_clients else PostSession())
api.add_router("", nowhere)
