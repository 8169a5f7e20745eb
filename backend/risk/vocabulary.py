"""Words of risk points, assessments and contacts: code → (Chinese, English)."""

RISK_POINT_KINDS = {
    "place": ("场所", "Place"),
    "equipment": ("设备设施", "Equipment"),
    "activity": ("作业活动", "Activity"),
}

# The grade before the measures, and the one that they leave; `grades.GRADE_BASIS` says which colours the map.
ASSESSMENT_BASES = {
    "inherent": ("固有", "Inherent"),
    "residual": ("控制", "Residual"),
}

# Who can be called at an enterprise; who is in charge of a zone is said by a control level.
CONTACTS = {
    "legal": ("法定代表人", "Legal representative"),
    "principal": ("主要负责人", "Principal"),
    "safety": ("安全负责人", "Head of safety"),
    "technician": ("技术人员", "Technician"),
    "on_duty": ("值班电话", "On duty"),
}
