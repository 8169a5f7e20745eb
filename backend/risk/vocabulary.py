"""Words of risk points and assessments: code → (Chinese, English)."""

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
