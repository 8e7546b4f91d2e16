"""Bindings: what is known of files that others publish, so that an assessment need not state it again.

A binding is a YAML file of the form `source/1`, bundled in `configs/sources` or a user's own. An entry of `data` or
`layers` that names one takes from it every key that it does not state itself. Nothing is ever downloaded.
"""
