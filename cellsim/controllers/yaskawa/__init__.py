"""Yaskawa INFORM III for DX100, DX200 and YRC1000 (.jbi)."""
