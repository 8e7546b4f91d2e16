"""Intake: what users write (YAML) and hand in (CSV, XLSX, Parquet), read strictly, every fault located."""
