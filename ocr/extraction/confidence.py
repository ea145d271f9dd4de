"""How likely is a value right? Its evidence comes in; the fitted chance goes out, and how sure it must be to need no person.

Two models say it together: a logistic regression with weights for all values and, drawn towards these, for each kind of
value; and boosted trees, which see figures together. `bench/confidence.py` fits both on generated papers with every fault
of scanning and writes `data/confidence.json`, which says how it was made.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ocr.extraction import situation
from ocr.extraction.endings import endings
from ocr.extraction.evidence import Evidence, gather, general, kind_of
from ocr.extraction.findings import Finding
from ocr.extraction.form import Draft
from ocr.extraction.opinions import opinions
from ocr.extraction.rivals import BY, ON, rivals
from ocr.extraction.widths import widths

_HARDLY, _SURELY = 0.02, 0.9995
POORLY_READ = 0.6  # mean doubt of the words of a page (`evidence`); real letters 0.5, most badly scanned papers more

_OF_ITSELF = frozenset({"misfit", "breaks_off"})  # figures that mark a value whatever its chance; no model weighs them
HARDLY_FITS = 0.7  # `misfit` of `evidence`: another word of its looks is e⁷ times likelier between its neighbours
HARDLY_READ = 2.74  # doubt in the worst read word of a value (`evidence`): a chance of less than 0.45 that it is right


@dataclass(frozen=True)
class Tree:
    """A whole binary tree: node `n` goes to `2n + 1` where its figure is below its least, else to `2n + 2`.

    `splits`: (figure, least) of each inner node, "" goes left. `leaves`: what each adds to the odds of being wrong.
    """

    splits: tuple[tuple[str, float], ...]
    leaves: tuple[float, ...]

    def odds(self, seen: Evidence) -> float:
        """What the tree adds for this evidence."""
        node = 0
        while node < len(self.splits):
            figure, least = self.splits[node]
            node = 2 * node + 1 + (bool(figure) and seen.get(figure, 0.0) >= least)
        return self.leaves[node - len(self.splits)]


@dataclass(frozen=True)
class Model:
    """Log odds that a value is wrong: `base` and one number for each figure of its evidence, by kind of value.

    `usual`: mean and spread of the logarithm of a field's length. `fields`: how much oftener than others a field is wrong,
    and a field of one type that one part of its form found (logarithms). `enough`: least confidence that needs no person, on a page that was read well and on one that was not:
    where most is right every paper should pass untouched, on a bad scan somebody has to look anyway.
    """

    base: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    usual: Mapping[str, tuple[float, float]]
    fields: Mapping[str, float]
    enough: tuple[float, float]
    unmarked: tuple[float, float] = (0.0, 0.0)
    """Least confidence at which a value is not even worth a look, on pages read well and not."""
    trees: tuple[Tree, ...] = ()
    truly: tuple[float, float] = (1.0, 0.0)
    """Slope and shift that make the odds of both models together true of what happens."""

    def least(self, evidence: Evidence) -> float:
        """The least confidence that needs no person; a code does not hang on how well words were read.

        Where a word of it is more likely misread than not, none is enough, unless something else vouches for the value: so few
        values are read like that (4 of 12,000) that what was fitted knows nothing of them.
        """
        vouched = evidence.get("coded") or evidence.get("upheld") or evidence.get("certain")
        if evidence.get("least", 0.0) > HARDLY_READ and not vouched:
            return 1.0
        return self.enough[self._poorly_read(evidence)]

    def least_unmarked(self, evidence: Evidence) -> float:
        """The least confidence at which nobody is told that the value might be worth a look.

        Text in which a word hardly can stand, where one that looks alike would, always is worth one: most of it is right but for a
        mark, which the chance that the whole is right (within a tenth of its letters) says nothing of. So is a subject that seems
        to go on where it was cut: papers read with all that is known hold so few that nothing can be fitted on them.
        """
        if evidence.get("misfit", 0.0) > HARDLY_FITS or evidence.get("breaks_off"):
            return 1.0
        return max(self.least(evidence), self.unmarked[self._poorly_read(evidence)])

    def _poorly_read(self, evidence: Evidence) -> bool:
        return evidence.get("page_doubt", 0.0) > POORLY_READ and not evidence.get("coded")

    def sure(self, key: str, value: str, evidence: Evidence) -> float:
        """The chance that the value is right, 0…1."""
        slope, shift = self.truly
        odds = slope * self.odds(key, value, evidence) + shift
        return min(max(1 / (1 + math.exp(max(-50.0, min(odds, 50.0)))), _HARDLY), _SURELY)

    def odds(self, key: str, value: str, evidence: Evidence) -> float:
        """Log odds that the value is wrong, as the regression and the trees say it on average."""
        kind = kind_of(key)
        own = self.weights[kind]
        seen = told(key, value, evidence, self.usual, self.fields)
        line = self.base[kind] + sum(own.get(name, 0.0) * figure for name, figure in seen.items())
        if not self.trees:
            return line
        return (line + sum(tree.odds(seen) for tree in self.trees)) / 2


def told(
    key: str, value: str, evidence: Evidence, usual: Mapping[str, tuple[float, float]], fields: Mapping[str, float]
) -> Evidence:
    """The evidence with what earlier papers tell and the kind of value."""
    measured = {n: figure for n, figure in evidence.items() if n not in _OF_ITSELF and not n.startswith((BY, ON))}
    way = fields.get(way_of(key, evidence), fields.get(general(key), 0.0))
    return {**measured, **history(key, value, usual, fields), "way": way, f"kind_{kind_of(key)}": 1.0}


def way_of(key: str, evidence: Evidence) -> str:
    """How a value came to be: type, field and the part of the form that found it."""
    by, on = (next((name for name in evidence if name.startswith(prefix)), "") for prefix in (BY, ON))
    return f"{on.removeprefix(ON)} {general(key)} {by.removeprefix(BY)}"


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
    trees = tuple(
        Tree(tuple((name, least) for name, least in splits), tuple(leaves)) for splits, leaves in data["trees"]
    )
    return Model(
        data["base"],
        data["weights"],
        usual,
        data["fields"],
        tuple(data["enough"]),
        tuple(data["unmarked"]),
        trees,
        tuple(data["truly"]),
    )


@dataclass(frozen=True)
class Verdict:
    """The chance that a value is right; the least chance at which no paper waits for it, and at which it is not marked."""

    sure: float
    enough: float
    unmarked: float


def evidence_on(
    draft: Draft, findings: Mapping[str, Finding], *, type_sure: float, opinion: situation.Opinion
) -> dict[str, Evidence]:
    """All figures on each finding: what speaks for and against it, its rivals, and the second opinion on its place."""
    figures = (
        opinions(draft, findings, opinion),
        rivals(draft, findings),
        widths(draft.sheet, findings),
        endings(draft, findings),
    )
    return {
        key: {**seen, **{name: round(figure, 4) for of in figures for name, figure in of[key].items() if figure}}
        for key, seen in gather(draft, findings, type_sure=type_sure).items()
    }


def verdicts(draft: Draft, findings: Mapping[str, Finding], *, type_sure: float) -> dict[str, Verdict]:
    """How sure each finding is."""
    model = shipped()
    seen = evidence_on(draft, findings, type_sure=type_sure, opinion=situation.shipped())
    return {
        key: Verdict(model.sure(key, finding.value, seen[key]), model.least(seen[key]), model.least_unmarked(seen[key]))
        for key, finding in findings.items()
    }
