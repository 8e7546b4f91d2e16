# ruff: noqa: E501
"""Options of `whatif` that cannot be: the whole message in both languages."""

from tests.messages.cases_whatif import GOOD, Case

CASES: list[Case] = [
    Case(
        "a change to no baseline",
        "measure,unit,cost,sigma\nM1,B,10,-5\n",
        english="""\
1 fault
  targets: a target is a change to the baseline year, but the run has none
""",
        chinese="""\
共 1 处错误
  targets: 目标为与基准年相比的变化，但该运行没有基准年
""",
        options=("--objective", "sigma", "--targets", "sigma=-5%"),
        run="bare",
    ),
    Case(
        "a negative budget",
        GOOD,
        english="""\
1 fault
  budget: the budget must be a number of at least 0; found -1
""",
        chinese="""\
共 1 处错误
  budget: 预算应为不小于 0 的数，实为 -1
""",
        options=("--budget", "-1"),
    ),
    Case(
        "all of them for too little",
        GOOD,
        english="""\
1 fault
  budget: all measures together cost 10, more than the budget of 9; greedy or exact choose among them
""",
        chinese="""\
共 1 处错误
  budget: 全部措施共需 10，超出预算 9；可改用 greedy 或 exact 选择
""",
        options=("--budget", "9", "--choose", "all"),
    ),
    Case(
        "combined without a weight",
        GOOD,
        english="""\
1 fault
  carbon_weight: the objective combined needs the carbon weight η (thousand equivalents per tonne): no law fixes it, so that it has no default
""",
        chinese="""\
共 1 处错误
  carbon_weight: 以综合当量为目标时须给出碳的权重 η（千当量/吨）：没有法律规定其数值，故无默认值
""",
        options=("--objective", "combined"),
    ),
    Case(
        "a negative weight",
        GOOD,
        english="""\
1 fault
  carbon_weight: the carbon weight must be a number of at least 0; found -1
""",
        chinese="""\
共 1 处错误
  carbon_weight: 碳的权重应为不小于 0 的数，实为 -1
""",
        options=("--carbon-weight", "-1"),
    ),
    Case(
        "a pollutant without an equivalent value",
        "measure,unit,cost,co2,vocs\nM1,B,10,-5,-1\n",
        english="""\
1 fault in measures.csv
  measures.csv  vocs: 'vocs' has no equivalent value; --equivalent vocs=KG gives one, --pollutants lists what counts
""",
        chinese="""\
measures.csv 中有 1 处错误
  measures.csv  vocs: “vocs”没有污染当量值；请用 --equivalent vocs=千克数 给出，或用 --pollutants 列出计入的污染物
""",
        options=("--objective", "combined", "--carbon-weight", "1"),
    ),
    Case(
        "objective, carbon and pollutants that are none",
        GOOD,
        english="""\
5 faults
  objective: 'co' is neither combined nor a variable of the framework: co2, so2, vocs, gdp; did you mean 'co2'?
  carbon: the framework has no variable 'co3'; variables: co2, so2, vocs, gdp; did you mean 'co2'?
  pollutants: the framework has no variable 'so3'; variables: co2, so2, vocs, gdp; did you mean 'so2'?
  pollutants.gdp: units of measure do not fit: CNY cannot become t
  equivalent.vocs: an equivalent value must be a number of kilograms above 0; found 0
""",
        chinese="""\
共 5 处错误
  objective: “co”既不是 combined，也不是指标体系的变量：co2, so2, vocs, gdp；是否应为“co2”？
  carbon: 指标体系没有变量“co3”；变量：co2, so2, vocs, gdp；是否应为“co2”？
  pollutants: 指标体系没有变量“so3”；变量：co2, so2, vocs, gdp；是否应为“so2”？
  pollutants.gdp: 计量单位不匹配：CNY 不能换算为 t
  equivalent.vocs: 污染当量值应为大于 0 的千克数，实为 0
""",
        options=("--objective", "co", "--carbon", "co3", "--pollutants", "so3,gdp", "--equivalent", "vocs=0"),
    ),
    Case(
        "an equivalent value that is none",
        GOOD,
        english="""\
1 fault
  equivalent: 'vocs' must be written VARIABLE=KG
""",
        chinese="""\
共 1 处错误
  equivalent: “vocs”应写作 变量=千克
""",
        options=("--equivalent", "vocs"),
    ),
    Case(
        "a year without scores",
        GOOD,
        english="""\
1 fault
  year: no unit is scored in 2019; years with scores: 2020
""",
        chinese="""\
共 1 处错误
  year: 2019 年没有得分；有得分的年份：2020
""",
        options=("--year", "2019"),
    ),
    Case(
        "targets that are none",
        GOOD,
        english="""\
3 faults
  targets: the framework has no variable or indicator 'co'; did you mean 'co2'?
  targets: 'co2=low' is no target; write VARIABLE=VALUE, VARIABLE=-18% (to the baseline year) or the name of a file
  targets: the indicator 'together' comes from no formula, so that its target cannot be a change to the baseline year
""",
        chinese="""\
共 3 处错误
  targets: 指标体系没有变量或指标“co”；是否应为“co2”？
  targets: “co2=low”不是目标；请写 变量=数值、变量=-18%（与基准年相比）或文件名
  targets: 指标“together”不由公式得出，不能以与基准年相比的变化为目标
""",
        options=("--targets", "co=5", "--targets", "co2=low", "--targets", "together=-5%"),
    ),
    Case(
        "no table of targets",
        GOOD,
        english="""\
1 fault in none.csv
  none.csv  there is no file 'none.csv'
""",
        chinese="""\
none.csv 中有 1 处错误
  none.csv  没有文件“none.csv”
""",
        options=("--targets", "none.csv"),
    ),
    Case(
        "a table of targets",
        GOOD,
        english="""\
6 faults in targets.csv
  targets.csv:1  'limit' is no column of a table of targets; columns: unit, code, value, change, rule
  targets.csv:2  code: a target states either value or change, one of them
  targets.csv:3  code: 'D' is no assessed unit
  targets.csv:3  value: 'x' is no number
  targets.csv:4  code: the framework has no variable or indicator 'so3'; did you mean 'so2'?
  targets.csv:5  code: a target states either value or change, one of them
""",
        chinese="""\
targets.csv 中共 6 处错误
  targets.csv:1  “limit”不是目标表的列；列：unit, code, value, change, rule
  targets.csv:2  code: 目标须恰有 value 与 change 中的一个
  targets.csv:3  code: “D”不是被评价的单元
  targets.csv:3  value: 'x' 不是数字
  targets.csv:4  code: 指标体系没有变量或指标“so3”；是否应为“so2”？
  targets.csv:5  code: 目标须恰有 value 与 change 中的一个
""",
        options=("--targets", "targets.csv"),
        files=(("targets.csv", "unit,code,value,change,limit\nB,co2,5,-0.1,\nD,co2,x,,\nB,so3,5,,\nB,co2,,,\n"),),
    ),
    Case(
        "a rule that is none",
        GOOD,
        english="""\
1 fault in targets.csv
  targets.csv:2  code: must be one of at_most, at_least, near; found below
""",
        chinese="""\
targets.csv 中有 1 处错误
  targets.csv:2  code: 应为 at_most, at_least, near 之一；实为 below
""",
        options=("--targets", "targets.csv"),
        files=(("targets.csv", "code,value,rule\nco2,5,below\n"),),
    ),
    Case(
        "an empty table of targets",
        GOOD,
        english="""\
1 fault in targets.csv
  targets.csv:1  the table is empty: there is no row below the column names
""",
        chinese="""\
targets.csv 中有 1 处错误
  targets.csv:1  标题行之下没有数据
""",
        options=("--targets", "targets.csv"),
        files=(("targets.csv", "code,value\n"),),
    ),
    Case(
        "a run where the what-if is to go",
        GOOD,
        english="""\
1 fault in run
  run  is a run folder, which a what-if never replaces; give another name
""",
        chinese="""\
run 中有 1 处错误
  run  是运行结果文件夹，不会被情景结果替换；请另取名称
""",
        options=("--out", "run", "--overwrite"),
    ),
    Case(
        "a carbon weight that no number holds",
        GOOD,
        english="""\
1 fault
  carbon_weight: this is too large to be computed with (in sum 1e+300 or above)
""",
        chinese="""\
共 1 处错误
  carbon_weight: 数值过大（合计达到或超过 1e+300），无法计算
""",
        options=("--objective", "combined", "--carbon-weight", "1e308"),
    ),
    Case(
        "an equivalent that no number holds",
        GOOD,
        english="""\
1 fault
  equivalent: this is too large to be computed with (in sum 1e+300 or above)
""",
        chinese="""\
共 1 处错误
  equivalent: 数值过大（合计达到或超过 1e+300），无法计算
""",
        options=("--equivalent", "so2=1e-320"),
    ),
]
