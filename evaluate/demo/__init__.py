"""The bundled demo project (made-up data) and the starting point of a new assessment."""

from pathlib import Path


def generate(directory: Path, language: str) -> list[Path]:
    """Write the demo project into `directory` and return the paths of its two assessments, cities first.

    The data are made up by a generator with a fixed seed: the same language gives the same bytes. A file that
    is already there with the same content stays; nothing else is ever overwritten.

    Parameters:
        directory: folder to write into, made when absent
        language: `zh` or `en`; decides names, cohort values and the language of the outputs
    Errors: `InputError` naming every file that is in the way or cannot be written.
    """
    from evaluate.demo.project import ASSESSMENTS, contents
    from evaluate.demo.writing import write_all

    write_all(directory, contents(language))
    return [directory / path for path in ASSESSMENTS]
