"""Property tests here compare numbers, not times: a busy machine must not fail them."""

from hypothesis import settings

settings.register_profile("geodata", deadline=None)
settings.load_profile("geodata")
