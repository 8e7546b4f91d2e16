"""The method families: imputation, outliers, normalisation, weighting, aggregation.

Each member is one frozen class that holds its name, parameters, source and computation; a family is the union of
its members, told apart by `method`. Adding a member is one class and its name in the union.
"""
