"""What people read of a run: an offline page, a workbook, and a page on cohorts."""
