# ruff: noqa: E501
"""Bad input: weightings with what experts judged, and combinations."""

from tests.evaluate.tiny import Project
from tests.messages.cases import Case

WEIGHTS = "indicators: {method: given}, dimensions: {method: given}"
CARBON = "carbon: {children: [co2_intensity, co2_reduction], matrix: [[1, 3], [1/3, 1]]}"
POINTS = "budget_allocation, points: {carbon: {wang: {co2_intensity: 60, co2_reduction: 40}"


def weighing(name: str, indicators: str, *said: str, count: int = 1, computing: bool = False) -> Case:
    """Return a case in which indicators are weighed in another way; `said` are its lines."""

    def change(project: Project) -> None:
        project.change(
            "assessment.yaml", (WEIGHTS, f"indicators: {{method: {indicators}}}, dimensions: {{method: given}}")
        )

    faults = "1 fault" if count == 1 else f"{count} faults"
    lines = "".join(f"  assessment.yaml:16  methodology.weighting.indicators{line}\n" for line in said)
    return Case(name, change, f"{faults} in assessment.yaml\n{lines}", computing)


def judged(name: str, children: str, rest: str, *said: str, count: int = 1) -> Case:
    """Return a case in which the indicators of `carbon` are judged in a way."""
    return weighing(name, f"ahp, judgements: {{carbon: {{children: {children}, {rest}}}}}", *said, count=count)


CASES = [
    weighing(
        "first loadings as weights",
        "pca, loadings: first",
        ".loadings: first loadings are no weights: they can be negative and ignore every other factor; use 'squared'",
    ),
    judged(
        "judgements that are no numbers above 0",
        "[co2_intensity, co2_reduction]",
        "matrix: [[1, 3:1], [0, 1]]",
        ".judgements.carbon.matrix[0][1]: a judgement is a number above 0 or a fraction such as 1/3; found 3:1",
        ".judgements.carbon.matrix[1][0]: a judgement is a number above 0 or a fraction such as 1/3; found 0",
        count=2,
    ),
    judged(
        "judgements that are not reciprocal",
        "[co2_intensity, co2_reduction]",
        "matrix: [[1, 3], [1/2, 1]]",
        ".judgements.carbon.matrix[1][0]: 'co2_reduction' over 'co2_intensity' is 0.5, the other way round it is 3: one must be 1 over the other, and 1 for a child with itself",
    ),
    judged(
        "judgements that are not square",
        "[co2_intensity, co2_reduction]",
        "matrix: [[1, 3], [1/3, 1, 1]]",
        ".judgements.carbon.matrix: the matrix must have 2 rows of 2 numbers; it has rows of 2 + 3",
    ),
    judged(
        "neither a matrix nor experts",
        "[co2_intensity, co2_reduction]",
        "experts: null",
        ".judgements.carbon: state either `matrix` or `experts`",
    ),
    judged(
        "judgements of one child twice",
        "[co2_intensity, co2_intensity]",
        "matrix: [[1, 1], [1, 1]]",
        ".judgements.carbon: a code stands twice in `children`",
    ),
    judged(
        "judgements that contradict each other",
        "[co2_intensity, co2_reduction, wealth]",
        "experts: {wang: [[1, 9, 1/9], [1/9, 1, 9], [9, 1/9, 1]]}",
        ".judgements.carbon.experts.wang: the judgements contradict each other: the consistency ratio 6.130 is above 0.1; judge again or state `accept_inconsistent`",
    ),
    weighing(
        "random index of zero",
        "ahp, random_index: [0, 0, 0], judgements: {carbon: {children: [co2_intensity, co2_reduction, wealth], matrix: [[1, 1, 1], [1, 1, 1], [1, 1, 1]]}}",
        ".judgements.carbon.children: the random index for 3 children must be above 0",
    ),
    judged(
        "more children than the random index knows",
        "[a, b, c, d, e, f, g, h, i, j, k]",
        f"matrix: {[[1] * 11] * 11}",
        ".judgements.carbon.children: there is no random index for 11 children, it ends at 10; list it in `random_index`",
    ),
    weighing(
        "no judgements of a parent",
        f"ahp, judgements: {{{CARBON.replace('carbon', 'carbn')}}}",
        ".judgements: there are no judgements of the children of 'Carbon' (carbon): co2_intensity, co2_reduction",
        ".judgements.carbn: there is no dimension 'carbn'; the composite is called 'composite'; did you mean 'carbon'?",
        count=2,
    ),
    judged(
        "judgements of other children",
        "[co2_intensity, so2_intensity]",
        "matrix: [[1, 3], [1/3, 1]]",
        ".judgements.carbon: 'carbon' has no child 'so2_intensity'; it has co2_intensity, co2_reduction; did you mean 'co2_intensity'?",
        ".judgements.carbon: left out below 'carbon': co2_reduction; all of its children must be judged: co2_intensity, co2_reduction",
        count=2,
    ),
    weighing(
        "points that leave out a child",
        f"{POINTS}, li: {{co2_reduction: 9}}, he: {{co2_intensity: 0, co2_reduction: 0}}}}}}",
        ".points.carbon.li: no points for co2_intensity; what does not matter gets 0",
        ".points.carbon.he: the points must come to more than 0",
        count=2,
    ),
    weighing(
        "no points of a parent, in a combination",
        f"game_theory, of: [{{method: equal}}, {{method: {POINTS.replace('carbon', 'composite')}}}}}}}]",
        ".of[1].points: there are no points for the children of 'Carbon' (carbon): co2_intensity, co2_reduction",
        ".of[1].points.composite: 'composite' has no child 'co2_intensity'; it has carbon, other",
        ".of[1].points.composite: 'composite' has no child 'co2_reduction'; it has carbon, other",
        ".of[1].points.composite: left out below 'composite': carbon, other; all of its children must be judged: carbon, other",
        count=4,
    ),
    weighing(
        "a combination of one",
        "multiplicative, of: [{method: equal}]",
        ".of: must have at least 2 entries; found [{'method': 'equal'}]",
    ),
]
