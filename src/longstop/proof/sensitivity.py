"""How sensitive each field of this room is; see `kernel.sensitivity`."""

from longstop.kernel.sensitivity import Sensitivity as S

FIELDS: dict[str, dict[str, S]] = {}
