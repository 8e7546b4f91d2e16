"""Parquet files: only the columns that are asked for are read."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evaluate.intake.cells import Cells, as_cells
from evaluate.intake.rawtable import At, RawTable, squeezed
from indicators.errors import Place, fault


def read_parquet(data: bytes, file: str, at: At) -> RawTable:
    """Read a Parquet file; rows count from 1, as the file has no header row.

    Args:
        data: its bytes.
        file: path as the assessment has it.
        at: places of the assessment.

    Errors: an `InputError` when the file is damaged; when a column that is asked for holds lists or other
    structures.
    """
    try:
        opened = pq.ParquetFile(io.BytesIO(data))
        schema = opened.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise fault("intake.damaged", at("path"), found=file, reason=_first_line(error)) from None
    count = opened.metadata.num_rows
    if not count:
        raise fault("intake.empty_table", Place(file))

    def column(position: int) -> Cells:
        own = schema.field(position)
        if pa.types.is_nested(own.type) or pa.types.is_binary(own.type) or pa.types.is_large_binary(own.type):
            raise fault("intake.parquet_type", Place(file, key=squeezed(own.name)), found=str(own.type))
        try:
            read = opened.read(columns=[own.name]).column(0).combine_chunks()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise fault("intake.damaged", at("path"), found=file, reason=_first_line(error)) from None
        if pa.types.is_decimal(own.type):
            read = read.cast(pa.float64())
        return as_cells(read.to_pylist())

    names = tuple(squeezed(name) for name in schema.names)
    return RawTable(file, "", 0, names, np.arange(1, count + 1, dtype=np.int64), column)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
