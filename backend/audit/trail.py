"""Writing to the audit trail: one row in the transaction of the change that it tells of."""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.audit.models import AuditEvent
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import NOTHING

Result = Literal["ok", "refused", "failed"]
Facts = Mapping[str, Any]


class Deed(StrEnum):
    """What an event tells of."""

    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    SIGN_OUT = "sign_out"
    REFUSAL = "refusal"
    LOOK = "look"
    EXPORT = "export"
    EMERGENCY = "emergency"
    ANSWER_ALARM = "answer_alarm"
    ANALYSE = "analyse"
    CANCEL_ANALYSIS = "cancel_analysis"
    DISCARD_ANALYSIS = "discard_analysis"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 (a deed, no secret)
    CHANGE_SECOND_FACTOR = "change_second_factor"
    END_SESSIONS = "end_sessions"
    SET_UP = "set_up"
    CREATE_ACCOUNT = "create_account"
    CHANGE_ACCOUNT = "change_account"
    ISSUE_LINK = "issue_link"
    GRANT = "grant"
    UNLOCK = "unlock"
    CREATE_KEY = "create_key"
    REVOKE_KEY = "revoke_key"
    UPLOAD = "upload"
    DISCARD_UPLOAD = "discard_upload"
    IMPORT = "import"
    EDIT = "edit"
    DRAFT = "draft"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    PUBLISH = "publish"
    ADD_RASTER = "add_raster"
    REMOVE_RASTER = "remove_raster"


DEEDS: Mapping[Deed, tuple[str, str]] = {
    Deed.SIGN_IN: ("登录", "Sign in"),
    Deed.SECOND_FACTOR: ("二次验证", "Second factor"),
    Deed.SIGN_OUT: ("退出", "Sign out"),
    Deed.REFUSAL: ("越权被拒", "Refusal"),
    Deed.LOOK: ("查看", "Look"),
    Deed.EXPORT: ("导出", "Export"),
    Deed.EMERGENCY: ("应急查询", "Emergency look-up"),
    Deed.ANSWER_ALARM: ("处理邻近提醒", "Answer an alarm"),
    Deed.ANALYSE: ("邻近分析", "Analyse proximity"),
    Deed.CANCEL_ANALYSIS: ("取消邻近分析", "Cancel an analysis"),
    Deed.DISCARD_ANALYSIS: ("删除邻近分析", "Delete an analysis"),
    Deed.CHANGE_PASSWORD: ("修改密码", "Change password"),
    Deed.CHANGE_SECOND_FACTOR: ("修改二次验证", "Change second factor"),
    Deed.END_SESSIONS: ("结束登录", "End sessions"),
    Deed.SET_UP: ("初始设置", "Set up"),
    Deed.CREATE_ACCOUNT: ("建立账号", "Create account"),
    Deed.CHANGE_ACCOUNT: ("修改账号", "Change account"),
    Deed.ISSUE_LINK: ("发放一次性链接", "Issue one-time link"),
    Deed.GRANT: ("授权", "Grant"),
    Deed.UNLOCK: ("解锁", "Unlock"),
    Deed.CREATE_KEY: ("建立接口密钥", "Create API key"),
    Deed.REVOKE_KEY: ("吊销接口密钥", "Revoke API key"),
    Deed.UPLOAD: ("上传导入文件", "Upload a file to import"),
    Deed.DISCARD_UPLOAD: ("删除上传文件", "Delete an uploaded file"),
    Deed.IMPORT: ("导入", "Import"),
    Deed.EDIT: ("修改登记资料", "Edit the register"),
    Deed.DRAFT: ("新建填报", "Begin a submission"),
    Deed.SUBMIT: ("提交填报", "Submit"),
    Deed.WITHDRAW: ("撤回填报", "Withdraw a submission"),
    Deed.RETURN: ("退回填报", "Return a submission"),
    Deed.PUBLISH: ("审核发布", "Publish"),
    Deed.ADD_RASTER: ("导入栅格", "Bring in a raster"),
    Deed.REMOVE_RASTER: ("删除栅格", "Remove a raster"),
}


@dataclass(frozen=True)
class Subject:
    """What a deed was done to."""

    kind: str
    id: str
    name: str


def record(
    session: Session,
    actor: Actor,
    deed: Deed,
    *,
    subject: Subject | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
    result: Result = "ok",
    detail: Facts | None = None,
) -> None:
    """Add one event to the trail; it stands or falls with the transaction of `session`.

    Parameters
    ----------
    before, after : plain JSON values of what the subject said; of a change, only the fields that differ need be there.
        Never a password, a token or a hash of one.
    """
    # An insert, not a new object: no rows that can only grow stay in the session's memory.
    session.execute(
        insert(AuditEvent).values(
            actor_id=actor.id,
            actor_name=actor.name,
            role=actor.role and actor.role.code,
            address=actor.address,
            action=deed.value,
            subject_kind=subject and subject.kind,
            subject_id=subject and subject.id,
            subject_name=subject and subject.name,
            before=before,
            after=after,
            result=result,
            detail=detail,
        )
    )


def operator() -> Actor:
    """Whoever runs a command on the machine itself, by the name of their system account."""
    return Actor(f"operator:{pwd.getpwuid(os.getuid()).pw_name}", NOTHING)
