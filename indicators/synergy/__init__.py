"""Synergy of carbon and pollutants: pure functions of arrays. A framework uses them through `indicators.measures`."""
