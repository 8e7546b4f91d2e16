"""Coordinate reference systems, the shifted ones of China among them, and planes in which to measure."""
