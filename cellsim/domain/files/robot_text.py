"""robot.yaml as text: every figure in mm, deg, kg, s, with its source; null where none is known."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from cellsim.domain.files.pieces import PieceText, Xyz
from cellsim.domain.files.solid import tensor_of
from cellsim.domain.files.yamltext import FileModel, Strict

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Band = tuple[Positive, Positive]
Figure = Literal[
    "kinematics",
    "limits",
    "speed",
    "acceleration",
    "jerk",
    "torque",
    "payload",
    "mass",
    "repeatability",
    "reach",
    "wrist_limits",
    "combined_limits",
    "controller_axes",
    "controller_base",
    "solids",
    "links.mass",
    "fk_test",
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}$")]


class PlaceText(Strict):
    """A frame in its parent: translation, then rotation about fixed x, y, z."""

    xyz_mm: Xyz = (0.0, 0.0, 0.0)
    rpy_deg: Xyz = (0.0, 0.0, 0.0)


class RevoluteText(Strict):
    """A turning axis; acceleration is (slow, fast)."""

    kind: Literal["revolute"]
    name: Name
    origin: PlaceText = PlaceText()
    axis: Xyz
    limits_deg: tuple[float, float]
    speed_deg_s: Positive | None
    acceleration_deg_s2: Band | None
    torque_nm: Positive | None
    jerk_time_s: Positive = 0.05
    jerk_deg_s3: Positive | None = None
    torque_rms_nm: Positive | None = None
    torque_at_deg_s: tuple[tuple[NonNegative, Positive], ...] = ()


class PrismaticText(Strict):
    """A sliding axis; acceleration is (slow, fast)."""

    kind: Literal["prismatic"]
    name: Name
    origin: PlaceText = PlaceText()
    axis: Xyz
    limits_mm: tuple[float, float]
    speed_mm_s: Positive | None
    acceleration_mm_s2: Band | None
    force_n: Positive | None
    jerk_time_s: Positive = 0.05
    jerk_mm_s3: Positive | None = None
    force_rms_n: Positive | None = None
    force_at_mm_s: tuple[tuple[NonNegative, Positive], ...] = ()


JointText = Annotated[RevoluteText | PrismaticText, Field(discriminator="kind")]


class LinkText(Strict):
    """A body; mass, centre and inertia are estimated from the whole mass where not given."""

    name: Name
    pieces: tuple[PieceText, ...] = ()
    deviation_mm: Annotated[float, Field(ge=0)] = 0.0
    mesh: str | None = None
    mass_kg: Positive | None = None
    com_mm: Xyz | None = None
    inertia_kgm2: tuple[float, float, float, float, float, float] | None = None
    color: tuple[float, float, float] | None = None

    @model_validator(mode="after")
    def _of_a_body(self) -> LinkText:
        given = self.inertia_kgm2
        if given is not None and np.linalg.eigvalsh(tensor_of(given)).min() <= 0.0:
            raise ValueError("inertia_kgm2: no body has it: about some axis it is not above 0")
        return self


class SolidsText(Strict):
    """How far the pieces may be trusted, and their colour."""

    grade: Literal["cad", "drawing", "estimate"]
    margin_mm: Annotated[float, Field(ge=0)]
    color: tuple[float, float, float] = (0.7, 0.7, 0.72)


class ReachText(Strict):
    """The published working radius and the point it is measured to; `why` where FK differs."""

    mm: Positive | None
    measured_to: Literal["wrist", "flange", "shoulder to wrist", "nominal"]
    why: str = ""


class WristText(Strict):
    """Load limit of a wrist axis."""

    joint: Name
    torque_nm: Positive | None
    inertia_kgm2: Positive | None


class CombinedText(Strict):
    """Joint name to factor: the sum of factor times value [deg | mm] keeps the limits."""

    factors: Annotated[dict[Name, float], Field(min_length=1)]
    limits: tuple[float, float]
    why: Annotated[str, Field(min_length=3)]


class TouchingText(Strict):
    """Two links that may overlap, and why."""

    links: tuple[Name, Name]
    reason: Annotated[str, Field(min_length=3)]


class AxisText(Strict):
    """Printed value to joint value [deg | mm]: q = factor * (value + sum coupling) + offset."""

    name: Name
    factor: float = 1.0
    offset: float = 0.0
    coupling: dict[Name, float] = Field(default_factory=dict)


class FkText(Strict):
    """A pose known from elsewhere; q in deg, mm for sliding axes."""

    q: tuple[float, ...]
    flange_xyz_mm: Xyz
    flange_rotation: tuple[Xyz, Xyz, Xyz]


class RobotText(FileModel):
    """robot.yaml; links[0] is the base, links[i + 1] follows joints[i]."""

    noun: ClassVar[str] = "robot"

    name: Name
    maker: str
    model: str
    kind: Literal["arm", "track", "positioner"]
    controller: str = ""
    payload_kg: Positive | None
    mass_kg: Positive | None
    repeatability_mm: Positive | None = None
    reach: ReachText | None = None
    joints: Annotated[tuple[JointText, ...], Field(min_length=1, max_length=20)]
    flange: PlaceText
    home: tuple[float, ...]
    solids: SolidsText
    links: tuple[LinkText, ...]
    wrist_limits: tuple[WristText, ...] = ()
    combined_limits: tuple[CombinedText, ...] = ()
    touching: tuple[TouchingText, ...] = ()
    controller_axes: tuple[AxisText, ...] = ()
    controller_base: PlaceText = PlaceText()
    fk_test: tuple[FkText, ...] = ()
    sources: dict[Figure, str]
    assumed: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
