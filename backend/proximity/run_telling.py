"""A saved run as it is told."""

from typing import Any

from backend.jurisdictions.actors import Actor
from backend.proximity.models import STATES, ProximityRun
from backend.proximity.rules import DISCLAIMER
from backend.proximity.run_schemas import RunBrief, RunOut
from backend.proximity.runs import may_change
from backend.proximity.telling import sentence
from backend.proximity.working import PHASES
from backend.register.rows import term
from backend.risk.schemas import Sentence


def brief_facts(actor: Actor, run: ProximityRun) -> dict[str, Any]:
    """What a list tells of a run."""
    summary = run.summary or {}
    return {
        "id": run.id,
        "number": run.number,
        "name": run.name,
        "state": term(STATES, run.state),
        "phase": None if run.phase is None else term(PHASES, run.phase),
        "progress": run.progress,
        "maker": run.maker_name,
        "moment": run.moment,
        "pairs": summary.get("pairs"),
        "findings": summary.get("findings"),
        "repeats": run.repeats,
        "may_change": may_change(actor, run),
        "created_at": run.created_at,
        "ended_at": run.ended_at,
    }


def brief(actor: Actor, run: ProximityRun) -> RunBrief:
    """A run in a list."""
    return RunBrief(**brief_facts(actor, run))


def run_out(actor: Actor, run: ProximityRun, before: ProximityRun | None) -> RunOut:
    """A run with everything that is known of it.

    Parameters
    ----------
    before : the run that it repeats, where that is still there.
    """
    return RunOut.model_validate(
        {
            **brief_facts(actor, run),
            "asked": run.asked,
            "scope": {"kind": run.scope_kind, "codes": run.scope_codes},
            "revisions": run.revisions,
            "rules": run.rules,
            "summary": run.summary,
            "digest": run.digest,
            "is_as_recorded": run.is_as_recorded,
            "is_identical": run.is_identical,
            "why_not": why_not(run, before) if run.is_identical is False else None,
            "problem": run.problem,
            "disclaimer": sentence(DISCLAIMER),
        }
    )


def why_not(run: ProximityRun, before: ProximityRun | None) -> Sentence | None:
    """Which rules have come, gone or changed since the run that was repeated, where any has."""
    editions = [
        {f"{rule['zh']}（{rule['edition']}）" for rule in each.rules or []}
        for each in (run, before)
        if each is not None
    ]
    changed = sorted(set.symmetric_difference(*editions)) if len(editions) == 2 else []
    if not changed:
        return None
    names = "、".join(changed)
    return Sentence(zh=f"在用的规则有变动：{names}。", en=f"The rules in use have changed: {names}.")
