"""Results kept between runs, by the content of what was computed from."""

from cellsim.cache.store import Cache, default_cache

__all__ = ["Cache", "default_cache"]
