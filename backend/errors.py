"""What goes wrong, as RFC 9457 problem documents: a code and a Chinese sentence for people, the cause for the log."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DatabaseError, DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from geodata.errors import GeodataError
from tiles.errors import TilesError

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"


class DomainError(Exception):
    """Something the user asked for cannot be; the class names it, `detail` says it in the user's words."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "not_acceptable"

    def __init__(self, detail: str, errors: Sequence[Mapping[str, Any]] = (), **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        # What the document tells besides (RFC 9457 §3.2), such as the present state of what was changed meanwhile.
        self.members = members

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer."""
        return {}


class NotFound(DomainError):
    """Not there, or not yours: the answer is the same for both."""

    status = 404
    code = "not_found"

    def __init__(self, detail: str = "没有找到，或您无权查看。") -> None:
        super().__init__(detail)


class BadParameter(DomainError):
    """A parameter that cannot be read."""

    status = 400
    code = "bad_parameter"

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"参数 {parameter} 有误：{reason}", [{"pointer": parameter, "reason": reason}])


class Fault(BaseModel):
    """One thing that is wrong: where in the request (a parameter's name or a JSON pointer), and why."""

    # A reason may come with more: the place, a hint.
    model_config = ConfigDict(extra="allow")

    pointer: str
    reason: str


class Problem(BaseModel):
    """What every refusal and failure is answered with (RFC 9457); `detail` is a Chinese sentence to show."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault]
    trace_id: str


# For the description of the API: any 4XX or 5XX is a problem document, and nothing else is answered.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}}
    for status, said in (("4XX", "The request cannot be answered"), ("5XX", "The service failed"))
}


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, Any]] = (),
    *,
    trace_id: str | None = None,
    members: Mapping[str, object] | None = None,
) -> JSONResponse:
    """One problem document; `trace_id` is what the log line of the cause carries."""
    body = Problem(
        type=f"urn:riskmap:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        errors=[Fault.model_validate(error) for error in errors],
        trace_id=trace_id or uuid4().hex,
        **(members or {}),
    ).model_dump(mode="json")
    headers = {"Retry-After": "5"} if status == 503 else None
    return JSONResponse(body, status, media_type=PROBLEM_JSON, headers=headers)


def add_error_handlers(app: FastAPI) -> None:
    """Turn every error that leaves a route into a problem document."""

    @app.exception_handler(DomainError)
    def domain_error(request: Request, error: DomainError) -> JSONResponse:
        answer = problem(error.status, error.code, error.detail, error.errors, members=error.members)
        answer.headers.update(error.headers)
        return answer

    @app.exception_handler(GeodataError)
    def geodata_error(request: Request, error: GeodataError) -> JSONResponse:
        return problem(422, "invalid_geometry", str(error))

    @app.exception_handler(TilesError)
    def tiles_error(request: Request, error: TilesError) -> JSONResponse:
        return problem(404, "no_such_tile", "没有这个瓦片：级别或行列号超出范围。")

    @app.exception_handler(RequestValidationError)
    def unreadable_request(request: Request, error: RequestValidationError) -> JSONResponse:
        return unreadable(error)

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).name.lower()
        answer = problem(error.status_code, code, SENTENCES.get(error.status_code, str(error.detail)))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(DataError)
    def unstorable(request: Request, error: DataError) -> JSONResponse:
        # A text or a number that passed our checks and that PostgreSQL cannot hold.
        log.warning("%s %s: %s", request.method, request.url.path, str(error.orig).partition("\n")[0])
        return problem(400, "bad_parameter", "请求中有数据库不能接受的字符或数值。")

    @app.exception_handler(DatabaseError)
    def refused_by_database(request: Request, error: DatabaseError) -> JSONResponse:
        if getattr(error.orig, "sqlstate", None) != LOWERED:
            raise error
        # The last wall behind the guard in backend/downgrades: a way that nobody thought of.
        return problem(409, "downgrade_needs_approval", NEEDS_APPROVAL)

    @app.exception_handler(OperationalError)
    @app.exception_handler(PoolTimeout)
    def database_unreachable(request: Request, error: Exception) -> JSONResponse:
        # One line, not a traceback: while the database is away every request says the same.
        answer = problem(503, "database_unreachable", "数据库暂时无法访问，请稍后重试。")
        log.error("database unreachable: %s", str(error).partition("\n")[0])
        return answer

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        trace_id = uuid4().hex
        log.error("%s %s %s", trace_id, request.method, request.url.path, exc_info=error)
        return problem(500, "unexpected", "服务器内部错误，请把编号告诉管理员。", trace_id=trace_id)


# What the database answers where a published 重大 or 较大 would be lowered without a grant.
LOWERED = "RM001"
NEEDS_APPROVAL = (
    "这项改动会使已发布的重大或较大风险降级、缩小、移动或消失，没有写入。"
    "请通过填报提出并附依据，由另一单位批准后生效。"
)


def unreadable(error: RequestValidationError) -> JSONResponse:
    """400 for what cannot be read (parameters, broken JSON), 422 for a body that reads well but cannot be accepted."""
    errors = [{"pointer": pointer(item["loc"]), "reason": reason(item)} for item in error.errors()]
    is_body = all(item["loc"][0] == "body" and item["type"] != "json_invalid" for item in error.errors())
    if is_body:
        answer = problem(422, "not_acceptable", "提交的内容不符合要求。", errors)
    else:
        answer = problem(400, "bad_parameter", "请求的参数或格式有误。", errors)
    return answer


def reason(item: Mapping[str, Any]) -> str:
    """What is wrong in the user's words, where we have them."""
    known = REASONS.get(item["type"])
    return item["msg"] if known is None else known.format(**item.get("ctx", {}))


def pointer(location: Sequence[str | int]) -> str:
    """Where in the request: a parameter's name, or a JSON pointer into the body.

    >>> pointer(("query", "limit")), pointer(("body", "zones", 3, "grade"))
    ('limit', '/zones/3/grade')
    """
    if location[0] == "body":
        return "".join(f"/{part}" for part in location[1:])
    return ".".join(str(part) for part in location[1:])


# What the framework says most often, in the user's words.
REASONS = {
    "missing": "缺少这个参数",
    "int_parsing": "应为整数",
    "uuid_parsing": "应为标识（UUID）",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "string_too_long": "不能超过 {max_length} 个字符",
    "string_too_short": "至少要有 {min_length} 个字符",
    "string_type": "应为文字",
    "string_pattern_mismatch": "格式不对",
    "value_error": "{error}",
    "extra_forbidden": "没有这个字段",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期，如 2026-12-31",
    "datetime_from_date_parsing": "应为时刻，如 2026-01-01T00:00:00+08:00",
    "literal_error": "应为 {expected} 之一",
    "too_long": "最多 {max_length} 项",
}
SENTENCES = {404: "没有这个地址。", 405: "这个地址不支持该操作。", 413: "提交的内容太大。"}
