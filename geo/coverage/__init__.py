"""Which share of each cell of a raster lies inside each unit, computed once for a grid and an edition of boundaries."""

from geo.coverage.edition import Coverage as Coverage
from geo.coverage.edition import Edition as Edition
from geo.coverage.fractions import Block as Block
from geo.coverage.grid import Grid as Grid
from geo.coverage.grid import Window as Window
from geo.coverage.grid import cell_areas_km2 as cell_areas_km2
