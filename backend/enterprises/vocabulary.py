"""Words of an enterprise's record: code → (Chinese, English)."""

# By the statistics office's 统计上大中小微型企业划分办法. 规上 (above designated size) is another thing.
SCALES = {
    "large": ("大型", "Large"),
    "medium": ("中型", "Medium"),
    "small": ("小型", "Small"),
    "micro": ("微型", "Micro"),
}

# In the order in which an enterprise rises: 标杆 is chosen among 示范.
DEMONSTRATION_STATUSES = {
    "ordinary": ("普通", "Ordinary"),
    "pilot": ("试点", "Pilot"),
    "demonstration": ("示范", "Demonstration"),
    "benchmark": ("标杆", "Benchmark"),
}

# WXLLX of the provincial table of major hazard installations (重大危险源).
HAZARD_INSTALLATION_KINDS = {
    "1": ("生产装置", "Production unit"),
    "2": ("存储储罐", "Storage tank"),
    "3": ("存储库", "Storehouse"),
    "4": ("锅炉", "Boiler"),
}
