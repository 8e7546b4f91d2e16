# ruff: noqa: E501
"""Lists of measures that cannot be: the whole message in both languages."""

from dataclasses import dataclass

GOOD = "measure,unit,cost,co2,so2\nM1,B,10,-5,-1\n"


@dataclass(frozen=True)
class Case:
    """One kind of bad list or option, run on the two cities of the tests."""

    name: str
    measures: str
    english: str
    chinese: str
    options: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """Further files."""
    run: str = "run"
    """`run`, or `bare`: without carbon dioxide, pollutants and baseline."""
    encoding: str = "utf-8"


CASES: list[Case] = [
    Case(
        "an empty file",
        "",
        english="""\
1 fault in measures.csv
  measures.csv  the file is empty: there are no measures
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv  文件是空的，没有措施
""",
    ),
    Case(
        "no rows",
        "measure,unit,cost,co2\n",
        english="""\
1 fault in measures.csv
  measures.csv:1  the table is empty: there is no row below the column names
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:1  标题行之下没有数据
""",
    ),
    Case(
        "columns that are none",
        "measure,unit,cost,co,side:so3,Sector\nM1,B,10,-5,-1,x\n",
        english="""\
4 faults in measures.csv
  measures.csv:1  'co' is neither a known column nor a variable of the framework; variables: co2, so2, vocs, gdp; did you mean 'co2'?
  measures.csv:1  'side:so3' is neither a known column nor a variable of the framework; variables: co2, so2, vocs, gdp; did you mean 'side:so2'?
  measures.csv:1  'Sector' is neither a known column nor a variable of the framework; variables: co2, so2, vocs, gdp; did you mean 'sector'?
  measures.csv:1  no column says what a measure changes; variables: co2, so2, vocs, gdp
""",
        chinese="""\
measures.csv 中共 4 处错误
  measures.csv:1  “co”不是已知的列，也不是指标体系的变量；变量：co2, so2, vocs, gdp；是否应为“co2”？
  measures.csv:1  “side:so3”不是已知的列，也不是指标体系的变量；变量：co2, so2, vocs, gdp；是否应为“side:so2”？
  measures.csv:1  “Sector”不是已知的列，也不是指标体系的变量；变量：co2, so2, vocs, gdp；是否应为“sector”？
  measures.csv:1  没有任何列说明措施的效果；变量：co2, so2, vocs, gdp
""",
    ),
    Case(
        "required columns missing",
        "name,co2\nx,-5\n",
        english="""\
3 faults in measures.csv
  measures.csv:1  there is no column 'measure' in header row 1; there are: name, co2
  measures.csv:1  there is no column 'unit' in header row 1; there are: name, co2
  measures.csv:1  there is no column 'cost' in header row 1; there are: name, co2
""",
        chinese="""\
measures.csv 中共 3 处错误
  measures.csv:1  标题行（第 1 行）中没有列“measure”；现有：name, co2
  measures.csv:1  标题行（第 1 行）中没有列“unit”；现有：name, co2
  measures.csv:1  标题行（第 1 行）中没有列“cost”；现有：name, co2
""",
    ),
    Case(
        "no effect",
        "measure,unit,cost\nM1,B,10\n",
        english="""\
1 fault in measures.csv
  measures.csv:1  no column says what a measure changes; variables: co2, so2, vocs, gdp
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:1  没有任何列说明措施的效果；变量：co2, so2, vocs, gdp
""",
    ),
    Case(
        "a column twice, a column without a name",
        "measure,unit,cost,co2,change:co2,\nM1,B,10,-5,-1,7\n",
        english="""\
2 faults in measures.csv
  measures.csv:1  several columns are named 'co2' (columns 4, 5); rename them
  measures.csv:1  column 6 holds something but has no name
""",
        chinese="""\
measures.csv 中共 2 处错误
  measures.csv:1  标题行中有多个列“co2”（第 4, 5 列）；请改名
  measures.csv:1  第 6 列有内容但没有列名
""",
    ),
    Case(
        "units of measure that do not fit",
        "measure,unit,cost [t],co2 [CNY],name [t]\nM1,B,10,-5,x\n",
        english="""\
4 faults in measures.csv
  measures.csv:1  cost: units of measure do not fit: t cannot become CNY
  measures.csv:1  co2: units of measure do not fit: CNY cannot become t
  measures.csv:1  name: this column holds texts, which have no unit of measure ('t')
  measures.csv:1  no column says what a measure changes; variables: co2, so2, vocs, gdp
""",
        chinese="""\
measures.csv 中共 4 处错误
  measures.csv:1  cost: 计量单位不匹配：t 不能换算为 CNY
  measures.csv:1  co2: 计量单位不匹配：CNY 不能换算为 t
  measures.csv:1  name: 此列为文字，不能有计量单位“t”
  measures.csv:1  没有任何列说明措施的效果；变量：co2, so2, vocs, gdp
""",
    ),
    Case(
        "everything wrong in the rows",
        'measure,unit,cost,co2,so2,electricity,electricity_factor,relocated_to,relocated_share\nM1,C,,-5,,,,,\nM1,B,ten,"-1,000",-,,,,\n,,1,-5,,,,,\nM4,B,1,-5,,8,,,\nM5,B,1,-5,,8,grid-2021-CM,,\nM6,B,1,-5,,,,A,\nM7,B,1,-5,,,,,0.5\nM8,B,1,-5,,,,B,0.5\nM9,B,1,-5,,,,A,1.5\n',
        english="""\
13 faults in measures.csv
  measures.csv:2   cost: the cost is missing; write 0 where there is none
  measures.csv:3   measure: the measure 'M1' stands already in line 2
  measures.csv:3   co2: '-1,000' is no number; where there is no effect the cell stays empty; did you mean '-1000'?
  measures.csv:3   so2: '-' is no number; where there is no effect the cell stays empty
  measures.csv:3   cost: 'ten' is no number
  measures.csv:4   measure: the measure has no code
  measures.csv:4   unit: no unit is named
  measures.csv:5   electricity_factor: 8 MWh of power are used, but no electricity_factor is stated
  measures.csv:6   electricity_factor: 'grid-2021-CM' is neither a number of t CO2 per MWh nor the code of an electricity factor; did you mean 'grid-2021-CN'?
  measures.csv:7   relocated_to: relocated to 'A', but relocated_share is missing
  measures.csv:8   relocated_share: a share of 0.5 is relocated, but relocated_to does not say where to
  measures.csv:9   relocated_to: 'B' is the unit of the measure itself, so that nothing moves
  measures.csv:10  relocated_share: the share that is relocated must be from 0 to 1; found 1.5
""",
        chinese="""\
measures.csv 中共 13 处错误
  measures.csv:2   cost: 没有写明费用；没有费用时请写 0
  measures.csv:3   measure: 措施“M1”已在第 2 行出现
  measures.csv:3   co2: '-1,000' 不是数字；没有效果时请留空；是否应为“-1000”？
  measures.csv:3   so2: '-' 不是数字；没有效果时请留空
  measures.csv:3   cost: 'ten' 不是数字
  measures.csv:4   measure: 措施没有代码
  measures.csv:4   unit: 没有写明评价单元
  measures.csv:5   electricity_factor: 用电 8 兆瓦时，但没有写明排放因子
  measures.csv:6   electricity_factor: 'grid-2021-CM' 既不是每兆瓦时二氧化碳吨数，也不是电力因子的代码；是否应为“grid-2021-CN”？
  measures.csv:7   relocated_to: 转移到“A”，但没有写明转移比例
  measures.csv:8   relocated_share: 有转移比例 0.5，但没有写明转移到哪里
  measures.csv:9   relocated_to: 转移到的“B”就是措施所在单元
  measures.csv:10  relocated_share: 转移比例应在 0 与 1 之间，实为 1.5
""",
    ),
    Case(
        "a row that is too long",
        "measure,unit,cost,co2\nM1,B,10,-5,7\n",
        english="""\
1 fault in measures.csv
  measures.csv:2  the row has 5 cells, the header row 4; is there a comma inside a number, such as 12,345?
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:2  此行有 5 列，标题行只有 4 列；数字中的逗号（如 12,345）请去掉
""",
    ),
    Case(
        "below what may be",
        "measure,unit,cost,co2,so2\nM1,B,10,-200,-31\nM2,B,10,-150,\n",
        english="""\
2 faults in measures.csv
  measures.csv:2  co2: 'CO2' of unit B in 2020 would go from 300 to -50 t, below the least allowed 0; measures: M1, M2
  measures.csv:2  so2: 'SO2' of unit B in 2020 would go from 30 to -1 t, below the least allowed 0; measures: M1
""",
        chinese="""\
measures.csv 中共 2 处错误
  measures.csv:2  co2: 单元 B 的“二氧化碳”（2020 年）将由 300 变为 -50 吨，低于下限 0；措施：M1、M2
  measures.csv:2  so2: 单元 B 的“二氧化硫”（2020 年）将由 30 变为 -1 吨，低于下限 0；措施：M1
""",
    ),
    Case(
        "above what may be",
        "measure,unit,cost,co2\nM1,B,10,5000\n",
        english="""\
1 fault in measures.csv
  measures.csv:2  co2: 'CO2' of unit B in 2020 would go from 300 to 5300 t, above the greatest allowed 1000; measures: M1
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:2  co2: 单元 B 的“二氧化碳”（2020 年）将由 300 变为 5300 吨，高于上限 1000；措施：M1
""",
    ),
    Case(
        "no value where capacity lands",
        "measure,unit,cost,co2,so2,relocated_to,relocated_share\nM1,B,10,-5,-1,C,0.5\n",
        english="""\
1 fault in measures.csv
  measures.csv:2  relocated_to: unit C has no value of 'SO2' in 2020 that could change
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:2  relocated_to: 单元 C 在 2020 年没有“二氧化硫”的数值，无从增减
""",
    ),
    Case(
        "no carbon dioxide, no objective",
        "measure,unit,cost,sigma\nM1,B,10,-5\n",
        english="""\
1 fault
  objective: --objective must say by which reduction measures are judged: combined, kappa, sigma, vocs, gdp
""",
        chinese="""\
共 1 处错误
  objective: 请用 --objective 指明以何种减排量为目标：combined, kappa, sigma, vocs, gdp
""",
        run="bare",
    ),
    Case(
        "power without carbon dioxide",
        "measure,unit,cost,electricity,electricity_factor\nM1,B,10,-5,0.5\n",
        english="""\
1 fault in measures.csv
  measures.csv:2  power is used, but no variable is known to be carbon dioxide; --carbon names it
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:2  有用电量，但不知道哪个变量是二氧化碳；请用 --carbon 指明
""",
        options=("--objective", "sigma"),
        run="bare",
    ),
    Case(
        "combined without carbon dioxide and pollutants",
        "measure,unit,cost,gdp\nM1,B,10,-5\n",
        english="""\
2 faults
  carbon: no variable is known to be carbon dioxide; --carbon names it
  pollutants: no variable counts in pollutant equivalents; --pollutants names them
""",
        chinese="""\
共 2 处错误
  carbon: 不知道哪个变量是二氧化碳；请用 --carbon 指明
  pollutants: 没有可计入污染当量的变量；请用 --pollutants 指明
""",
        options=("--objective", "combined", "--carbon-weight", "1"),
        run="bare",
    ),
    Case(
        "a unit without a score",
        "measure,unit,cost,co2\nM1,C,10,-5\n",
        english="""\
1 fault in measures.csv
  measures.csv:2  unit C is not scored in 2020, so that a measure there has no effect on a score
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:2  单元 C 在 2020 年没有得分，措施对得分无从体现
""",
    ),
    Case(
        "another encoding",
        "measure,name,unit,cost,co2\nM1,锅炉,B,10,-5\n",
        english="""\
1 fault in measures.csv
  measures.csv:2  is no utf-8; it looks like gb18030: state encoding: gb18030
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv:2  不是 utf-8 编码；可能是 gb18030，请写 encoding: gb18030
""",
        encoding="gb18030",
    ),
    Case(
        "costs and effects that no number holds",
        "measure,unit,cost,co2,so2,electricity,electricity_factor\nM1,B,1e300,-1e308,-1,,\nM2,B,1,-1.7e308,-1,1e200,1e200\n",
        english="""\
2 faults in measures.csv
  measures.csv:2  cost: this is too large to be computed with (in sum 1e+300 or above)
  measures.csv:3  co2: this is too large to be computed with (in sum 1e+300 or above)
""",
        chinese="""\
measures.csv 中共 2 处错误
  measures.csv:2  cost: 数值过大（合计达到或超过 1e+300），无法计算
  measures.csv:3  co2: 数值过大（合计达到或超过 1e+300），无法计算
""",
    ),
]
