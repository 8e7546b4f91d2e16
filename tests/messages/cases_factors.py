# ruff: noqa: E501
"""Bad input: tables of emission factors."""

from tests.evaluate.accounting.accounted import OWN
from tests.messages.cases import Case
from tests.messages.cases_accounting import accounted, changed

POWERS = """\
kind,code,substance,series,place,value,unit_of_measure,year,valid_from,valid_to,guide,table
electricity,mine,co2,statistics,河北省,0.6,kg/kWh,2023,2023,2023,own,1
"""
FUELS = """\
kind,code,substance,ncv,ncv_unit_of_measure,carbon_content,carbon_content_unit_of_measure,oxidation,guide,table
fuel,peat,co2,10,GJ/t,0.03,t,0.9,own,1
fuel,wood,co2,10,GJ/t,0.03,t/GJ,1.2,own,1
fuel,straw,co2,,GJ/t,0.03,t/GJ,0.9,own,1
"""


def _own(name: str, said: str, rows: str) -> Case:
    """Return a case with further rows in the table of factors."""
    return Case(name, changed(lambda project: project.write("own.csv", OWN + rows)), said)


CASES = [
    accounted(
        "no such table of factors",
        """\
1 fault in assessment.yaml
  assessment.yaml:17  accounting.factors[0]: there is no file 'owns.csv'; did you mean 'own.csv'?
""",
        ("factors: [own.csv]", "factors: [owns.csv]"),
    ),
    _own(
        "factor that contradicts a bundled one",
        """\
1 fault in own.csv
  own.csv:4  code: the factor 'raw_coal' is already there with other values (bundled:fuels.csv:2); use a code of your own
""",
        "fuel,raw_coal,co2,2,t/t,2020,any,any,own,1,\n",
    ),
    Case(
        "second factor for the same use",
        changed(lambda project: project.write("own.csv", POWERS)),
        """\
1 fault in own.csv
  own.csv:2  code: the factor 'mine' is for the same use as 'grid-2023-130000' (bundled:electricity.csv:28)
""",
    ),
    _own(
        "factors with wrong cells",
        """\
8 faults in own.csv
  own.csv:4  guide: this column must be filled
  own.csv:4  uncertainty: expected a number of at least 0; found '5%'
  own.csv:4  year: expected a year; found '20'
  own.csv:4  valid_to: this column must be filled
  own.csv:4  value: expected a number of at least 0; found '-1'
  own.csv:5  kind: must be one of 'fuel', 'electricity', 'heat', 'process', 'pollutant', 'removal', 'gwp'; found 'fule'; did you mean 'fuel'?
  own.csv:5  code: a code holds only letters, digits, - and _; found 'y z'
  own.csv:5  valid_from: the last year 2020 is before the first year 2022
""",
        "pollutant,x,so2,-1,kg/t,20,2022,,,1,5%\nfule,y z,so2,1,kg per t,2020,2022,2020,own,1,\n",
    ),
    accounted(
        "table of factors with an unknown column",
        """\
2 faults in own.csv
  own.csv:1  there is no column 'table' in header row 1; there are: kind, code, substance, value, unit_of_measure, year, valid_from, valid_to, guide, tabel, uncertainty; did you mean 'tabel'?
  own.csv:1  tabel: unknown key; known here: kind, code, name_zh, name_en, substance, place, series, variant, value, unit_of_measure, ncv, ncv_unit_of_measure, coal_equivalent, coal_equivalent_unit_of_measure, carbon_content, carbon_content_unit_of_measure, oxidation, year, valid_from, valid_to, guide, table, confidence, uncertainty, notes; did you mean 'table'?
""",
        ("guide,table,", "guide,tabel,"),
        file="own.csv",
    ),
    Case(
        "fuel with wrong parts",
        changed(lambda project: project.write("own.csv", FUELS)),
        """\
3 faults in own.csv
  own.csv:2  ncv_unit_of_measure: heat value times carbon content (GJ/t × t) should be a mass a kilogram or cubic metre
  own.csv:3  oxidation: an oxidised share lies between 0 and 1; found 1.2
  own.csv:4  ncv: this column must be filled
""",
    ),
]
