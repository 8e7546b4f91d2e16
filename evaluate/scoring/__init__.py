"""The heart: from a panel to scores, in stages that are kept.

values → population → normalised → aggregated → ranked; `score` runs them in this order.
"""
