"""What is measured: frameworks, units of measure, formulas, the panel and synergy measures."""
