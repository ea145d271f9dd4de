"""How likely is a value right? Its evidence comes in; the fitted chance goes out, and how sure it must be to need no person.

A logistic regression with weights for all values and, drawn towards these, for each kind of value. `bench/confidence.py`
fits it on generated papers with every fault of scanning and writes `data/confidence.json`, which says how it was made.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ocr.extraction.evidence import Evidence, gather, general, kind_of
from ocr.extraction.findings import Finding
from ocr.extraction.form import Draft

_HARDLY, _SURELY = 0.02, 0.9995
POORLY_READ = 0.7  # mean doubt of a page's words (`evidence`); real letters 0.5, a quarter of badly scanned papers more


@dataclass(frozen=True)
class Model:
    """Log odds that a value is wrong: `base` and one number for each figure of its evidence, by kind of value.

    `usual`: mean and spread of the logarithm of a field's length. `fields`: how much oftener than others a field is wrong
    (logarithm). `enough`: least confidence that needs no person, on a page that was read well and on one that was not:
    where most is right every paper should pass untouched, on a bad scan somebody has to look anyway.
    """

    base: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    usual: Mapping[str, tuple[float, float]]
    fields: Mapping[str, float]
    enough: tuple[float, float]

    def least(self, evidence: Evidence) -> float:
        """The least confidence that needs no person."""
        return self.enough[evidence.get("page_doubt", 0.0) > POORLY_READ]

    def sure(self, key: str, value: str, evidence: Evidence) -> float:
        """The chance that the value is right, 0…1."""
        kind = kind_of(key)
        own = self.weights[kind]
        odds = self.base[kind]
        for name, figure in {**evidence, **history(key, value, self.usual, self.fields)}.items():
            odds += own.get(name, 0.0) * figure
        return min(max(1 / (1 + math.exp(min(odds, 50.0))), _HARDLY), _SURELY)


def history(key: str, value: str, usual: Mapping[str, tuple[float, float]], fields: Mapping[str, float]) -> Evidence:
    """What earlier papers tell: how often the field is wrong, and how much shorter or longer than usual the value is."""
    mean, spread = usual.get(general(key), (0.0, 0.0))
    seen = {"field": fields.get(general(key), 0.0)}
    if spread and value:
        away = (math.log(len(value)) - mean) / spread
        seen |= {"short": min(max(0.0, -away - 1), 3.0), "long": min(max(0.0, away - 1), 3.0)}
    return seen


@cache
def shipped() -> Model:
    """The fitted model."""
    data = json.loads(files("ocr.extraction").joinpath("data", "confidence.json").read_text(encoding="utf-8"))
    usual = {key: tuple(pair) for key, pair in data["usual"].items()}
    return Model(data["base"], data["weights"], usual, data["fields"], tuple(data["enough"]))


@dataclass(frozen=True)
class Verdict:
    """The chance that a value is right, and the least chance at which no person need look."""

    sure: float
    enough: float


def verdicts(draft: Draft, findings: Mapping[str, Finding], *, type_sure: float) -> dict[str, Verdict]:
    """How sure each finding is."""
    model = shipped()
    seen = gather(draft, findings, type_sure=type_sure)
    return {
        key: Verdict(model.sure(key, finding.value, seen[key]), model.least(seen[key]))
        for key, finding in findings.items()
    }
