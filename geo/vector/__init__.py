"""Vector layers: what points, lines and areas say about each unit."""
